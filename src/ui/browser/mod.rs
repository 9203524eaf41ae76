//! What the browser offers. Compiled on the server too, never called there.

pub mod channel;
pub mod clipboard;
pub mod clock;
pub mod names;
pub mod navigation;
pub mod renewal;
pub mod session_feed;
pub mod times;
pub mod typed;
