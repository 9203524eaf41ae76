//! The settings by section, each with its rules.

mod accounts;
mod audit;
mod branding;
mod database;
mod limits;
mod lockout;
mod log;
mod mail;
mod passwords;
mod server;
mod tokens;

pub use accounts::{Accounts, Registration};
pub use audit::Audit;
pub use branding::Branding;
pub use database::Database;
pub use limits::Limits;
pub use lockout::Lockout;
pub use log::{Log, LogFormat};
pub use mail::Mail;
pub use passwords::Passwords;
pub use server::Server;
pub use tokens::Tokens;
