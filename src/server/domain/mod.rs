//! What the rules are about: types that services and store share. Knows no SQL and no HTTP.

mod actor;
mod audit;
mod secret_purpose;
mod user_change;

pub use actor::{ActingSession, Actor};
pub use audit::{AuditAction, AuditEvent};
pub use secret_purpose::SecretPurpose;
pub use user_change::UserChange;
