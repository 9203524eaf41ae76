//! What the rules are about: types that services and store share. Knows no SQL and no HTTP.

mod actor;
mod audit;
mod audit_chain;
mod audit_filter;
mod bulk;
mod invitation;
mod outbox;
mod own_data;
mod picture;
mod role;
mod secret_purpose;
mod session;
mod session_change;
mod session_filter;
mod site_counts;
mod user_change;
mod user_filter;
mod user_words;

pub use actor::{ActingSession, Actor};
pub use audit::{AuditAction, AuditEvent, AuditOutcome, AuditTarget, PastEvent, TargetKind};
pub use audit_chain::{AuditSeal, ChainEvent, ChainHead, ChainPlace, PrunedRange};
pub use audit_filter::{ActionPattern, AuditFilter, Party};
pub use bulk::{BulkJob, BulkProgress, BulkTargets, FailedTarget};
pub use invitation::OpenInvitation;
pub use outbox::{OutboxMessage, SealedMessage};
pub use own_data::{KnownSince, OwnData};
pub use picture::Picture;
pub use role::{NewRole, NotARole, Role, RoleName};
pub use secret_purpose::SecretPurpose;
pub use session::{End, Ender, PastRefresh, Session, UserSession};
pub use session_change::SessionChange;
pub use session_filter::SessionFilter;
pub use site_counts::{HourOfSignIns, SiteCounts};
pub use user_change::{ProfileChange, UserChange};
pub use user_filter::UserFilter;
pub use user_words::{words_of, words_sought};
