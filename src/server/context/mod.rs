//! What the HTTP layers pass on to server functions, and how these answer.

pub mod cookies;
mod errors;
mod identity;
mod server_fn;

pub use identity::{Identity, PlainForm, Refreshed};
pub use server_fn::{ServerFnContext, ServerState};

/// Key under which a browser's state holds the flash between two requests.
pub const FLASH: &str = "flash";
