//! Everything that runs on the server. The browser build leaves it out.

pub mod clock;
pub mod commands;
pub mod context;
pub mod domain;
pub mod http;
mod key_file;
pub mod paths;
pub mod randomness;
pub mod services;
pub mod settings;
pub mod store;
pub mod text;
