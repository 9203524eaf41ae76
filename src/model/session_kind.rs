//! Session kinds.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// How a session was opened and carries its tokens. A refresh token works only for its own session kind. The text
/// is its name in the database and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SessionKind {
    /// Opened by the sign-in form; tokens travel in cookies.
    Browser,
    /// Opened by `POST /api/auth/login`; tokens travel in the body.
    Api,
    /// An API key, for as long as it is good. It has no tokens.
    Key,
}
