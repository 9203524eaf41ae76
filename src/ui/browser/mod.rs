//! Wrappers around browser APIs. Also compiled on the server, but never called there.

pub mod channel;
pub mod clipboard;
pub mod clock;
pub mod inputs;
pub mod names;
pub mod navigation;
pub mod post;
pub mod refresh;
pub mod session_feed;
pub mod times;
