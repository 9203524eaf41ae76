//! The executable itself: killed, told to stop, and ruled from the command line.

mod commands;
mod connections;
mod crash;
mod import;
mod nodes;
mod opening;
mod server;
mod start;
