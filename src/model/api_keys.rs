//! API keys as their pages show them.

use super::{Permission, Timestamp};
use serde::{Deserialize, Serialize};

/// A user's own API keys, and what a new one can be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnApiKeys {
    /// Newest first.
    pub keys: Vec<ApiKeyLine>,
    /// The permissions that a key can get.
    pub held: Vec<Permission>,
    /// Whether the sign-in is recent enough to create one.
    pub is_fresh: bool,
    pub now: Timestamp,
}

/// One API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyLine {
    pub id: String,
    pub name: String,
    pub scopes: Vec<Permission>,
    pub networks: Vec<String>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// When it was last used, and from where.
    pub last_used: Option<(Timestamp, String)>,
}
