//! All SQL. Each file asks about one table; each method is atomic.

mod accounts;
mod attempts;
mod audit;
mod browser_states;
mod columns;
mod credentials;
mod db;
mod devices;
mod error;
mod installation;
mod one_time_secrets;
mod outbox;
mod renewals;
mod revocations;
mod roles;
mod sessions;
mod sessions_of_user;
mod sweep;
mod user_changes;
mod users;
mod writer;

pub use accounts::{LinkUse, Registered, Request};
pub use attempts::{CountedTry, LockRule, Scope};
pub use audit::{Action, Actor, AuditEvent, AuditRow};
pub use credentials::Credentials;
pub use db::{Db, Tx};
pub use devices::{DeviceUse, KnownDevice};
pub use error::StoreError;
pub use one_time_secrets::{InvitationRow, LiveSecret, NewSecret, Proof, Purpose};
pub use outbox::{MailLimit, NewMail};
pub use revocations::{Revocation, RevokedKind};
pub use sessions::{Rotated, Rotation, SessionRow};
pub use sessions_of_user::{EndedSession, NewSession};
pub use user_changes::UserChange;
pub use users::NewUser;
