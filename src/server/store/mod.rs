//! All SQL of the server. Each file is about one table, and each method is atomic unless it says otherwise.

mod accounts;
mod api_keys;
mod attempts;
mod audit;
mod audit_chain;
mod audit_log;
mod authority;
mod browser_states;
mod bulk_jobs;
mod bulk_selections;
mod bulk_targets;
mod columns;
mod credentials;
mod db;
mod devices;
mod email_changes;
mod erasures;
mod error;
mod hidden_columns;
mod import;
mod import_files;
mod installation;
mod job_list;
mod leases;
mod log_size;
mod migrations;
mod monitored;
mod nodes;
mod not_me;
mod notifications;
mod one_time_secrets;
mod opening;
mod other_sessions;
mod outbox;
mod overview;
mod pictures;
mod postgres;
mod registrations;
mod renewals;
mod repeatable_requests;
mod revocations;
mod roles;
mod seen;
mod session_events;
mod session_row;
mod sessions;
mod sessions_of_user;
mod set_up_list;
mod sweep;
mod unconfirmed;
mod user_changes;
mod user_list;
mod user_words;
mod users;
mod writer;

pub use accounts::{LinkUse, OwnerReset, Recipient, Request};
pub use api_keys::NewApiKey;
pub use attempts::{CountedTry, Forgiven, LockRule, Scope};
pub use audit_log::EventsFrom;
pub use authority::Authority;
pub use bulk_jobs::NewBulkJob;
pub use bulk_selections::{BulkSelection, TOGETHER as TARGETS_TOGETHER};
pub use bulk_targets::BulkStep;
pub use credentials::{Credentials, epoch_of};
pub use db::{Db, Tx};
pub use devices::{DeviceUse, KnownDevice};
pub use email_changes::{EmailChange, NewStop};
pub use error::StoreError;
pub use job_list::JobsFrom;
pub use leases::Lease;
pub use monitored::{EndingOf, SessionsFrom};
pub use nodes::{Node, NodeState};
pub use not_me::{NewNotMeLink, NotMeReport};
pub use notifications::Notifications;
pub use one_time_secrets::{LiveSecret, NewSecret, Proof};
pub use opening::Place;
pub use outbox::{ClaimedMail, DeliveryResult, MailLimit, NewMail};
pub use postgres::TimeLimits;
pub use registrations::Repeated;
pub use repeatable_requests::{PastRequest, RequestRecord, spawn};
pub use revocations::{Accepted, Position, Revocation, Revoked, RevokedKind};
pub use seen::{LastSeenUpdate, LocationChange, SignInLocation};
pub use session_events::{EventPosition, NewSessionEvent, StoredEvent};
pub use sessions::{Rotated, Rotation};
pub use sessions_of_user::{EndedSession, FormerSession, NewSession, OwnSessionsFrom};
pub use sweep::Kept;
pub use user_changes::{OwnPassword, UserUpdate};
pub use user_list::UsersFrom;
pub use users::NewUser;

/// Returns the LIKE pattern that finds the search text anywhere, with wildcards escaped; `None` without a text.
fn search_pattern(search: &str) -> Option<String> {
    let escaped = escaped(search);
    (!escaped.is_empty()).then(|| format!("%{escaped}%"))
}

/// Escapes a text for `LIKE … ESCAPE '!'`, without NUL, which PostgreSQL refuses.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| *letter != '\0') {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern
}
