//! What the HTTP layers pass on to server functions, and how these answer.

mod arrival;
pub mod cookies;
mod errors;
mod identity;
mod server_fn;

pub use identity::{Identity, PlainForm, Refreshed};
pub use server_fn::{ServerFnContext, ServerState};

/// Key under which a browser's state holds the flash between two requests.
pub const FLASH: &str = "flash";
/// Key under which a browser's state holds the password chosen in it, until its address is verified.
pub const CHOSEN: &str = "chosen";
