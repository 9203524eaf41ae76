//! The words of the field: what the browser and the server both understand.

mod dashboard;
mod email;
mod end_reason;
mod form;
mod id;
mod name;
mod network;
mod page;
mod password;
mod permission;
mod session_kind;
mod sign_in;
mod strength;
mod timestamp;
mod user;
mod username;
mod views;

pub use dashboard::{Activity, Dashboard, OwnSession};
pub use email::{Email, NotAnEmail};
pub use end_reason::EndReason;
pub use form::{FieldError, Flash, FormName, FormState, Outcome, Refusal};
pub use id::{AuditId, NotAnId, SecretId, SessionId, UserId};
pub use name::{DisplayName, NotAName};
pub use network::Network;
pub use page::{Access, PAGES, access_to};
pub use password::{NotAPassword, Password};
pub use permission::{ADMIN, Permission, USER};
pub use session_kind::SessionKind;
pub use sign_in::{Identifier, NextPath, SignInError};
pub use strength::{Level, Strength, Weakness, strength, weakness};
pub use timestamp::Timestamp;
pub use user::{Status, User};
pub use username::{NotAUsername, Username};
pub use views::{SetUpLink, Theme, TokenLife};
