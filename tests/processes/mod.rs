//! The executable itself: killed, stopped by signals, and used from the command line.

#[cfg(target_os = "linux")]
mod clock;
mod commands;
mod connections;
mod crash;
mod import;
mod network;
mod nodes;
mod opening;
mod outage;
mod server;
mod start;
mod stop;
mod unread;
