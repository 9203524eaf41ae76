//! The test app: a fresh database, a settable clock, the real router.

mod browser;
mod database;
mod invariants;
mod keys;
mod mail_server;
mod mails;
pub mod pictures;
mod requests;
mod story;
mod stream;
mod template;
mod test_app;
mod test_request;
mod test_response;
mod users;

pub use browser::Browser;
use claviger::model::Timestamp;
pub use database::{Database, Lock};
pub use keys::{claims_of, rotated_keys};
pub use mail_server::{MailServer, parsed as mail_file};
pub use mails::{Mail, token_of};
use std::time::Duration;
pub use story::{is_soak, rounds, run_test};
pub use stream::Stream;
pub use test_app::TestApp;
pub use test_response::TestResponse;

/// The password of all test users.
pub const PASSWORD: &str = "correct horse battery staple";
/// How long a test waits for something that must happen, even on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_mins(2);
/// The username of a user that exists in every test: without users, a server waits to be set up.
pub const FIRST: &str = "first";
/// Counts the other users.
pub const USERS: &str = "SELECT count(*) FROM users WHERE username IS NULL OR username <> 'first'";
/// The clock's time when a test begins.
pub const BEGIN: Timestamp = Timestamp(1_800_000_000_000);
