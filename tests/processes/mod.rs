//! The executable itself: killed, stopped by signals, and used from the command line.

#[cfg(target_os = "linux")]
mod audit;
mod bulk;
mod clock;
mod commands;
mod connections;
mod crash;
mod help;
mod import;
mod log;
mod network;
mod nodes;
mod opening;
mod outage;
mod server;
mod start;
mod stop;
#[cfg(target_os = "linux")]
mod terminal;
mod unread;
