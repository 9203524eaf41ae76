//! All SQL. Each file asks about one table; each method is atomic.

mod attempts;
mod audit;
mod browser_states;
mod columns;
mod credentials;
mod db;
mod error;
mod import;
mod installation;
mod one_time_secrets;
mod renewals;
mod revocations;
mod roles;
mod sessions;
mod sessions_of_user;
mod sweep;
mod users;
mod writer;

pub use attempts::{CountedTry, LockRule};
pub use audit::{Action, Actor, AuditEvent, AuditRow};
pub use credentials::Credentials;
pub use db::{Db, Tx};
pub use error::StoreError;
pub use one_time_secrets::{NewSecret, Purpose};
pub use revocations::{Revocation, RevokedKind};
pub use sessions::{Rotated, Rotation, SessionRow};
pub use sessions_of_user::{EndedSession, NewSession};
pub use users::{NewUser, UserChange};
