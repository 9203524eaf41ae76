//! "This wasn't me": what the page of a report shows.

use serde::{Deserialize, Serialize};

/// What a user can do about a sign-in that was someone else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotMe {
    /// The account with this address can be secured.
    Ready { email: String },
    /// The link was used: the account is secured.
    Done,
    /// The link has expired or was never issued, or the account is gone.
    Dead,
}
