//! Links of a resource: its own address, and what the caller may do with it now.

use serde::Serialize;

/// One link of a resource.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Link {
    This(String),
    Action { href: String, method: &'static str },
}
