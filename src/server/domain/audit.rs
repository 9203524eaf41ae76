//! Audit events: what is recorded of security-relevant actions.

use super::Actor;
use crate::model::{AuditId, Network, SessionId, Timestamp, UserId};

/// What happened. The text is its name in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[cfg_attr(test, derive(strum::EnumIter))]
pub enum AuditAction {
    #[strum(serialize = "access.denied")]
    AccessDenied,
    #[strum(serialize = "account.secured")]
    AccountSecured,
    #[strum(serialize = "administrator.set_up")]
    AdministratorSetUp,
    #[strum(serialize = "api_key.created")]
    ApiKeyCreated,
    #[strum(serialize = "api_key.revoked")]
    ApiKeyRevoked,
    #[strum(serialize = "audit.exported")]
    AuditExported,
    #[strum(serialize = "audit.read")]
    AuditRead,
    #[strum(serialize = "user.bulk_cancelled")]
    BulkCancelled,
    #[strum(serialize = "user.bulk_started")]
    BulkStarted,
    #[strum(serialize = "data.downloaded")]
    DataDownloaded,
    #[strum(serialize = "email.change_cancelled")]
    EmailChangeCancelled,
    #[strum(serialize = "email.change_requested")]
    EmailChangeRequested,
    #[strum(serialize = "email.change_stopped")]
    EmailChangeStopped,
    #[strum(serialize = "email.changed")]
    EmailChanged,
    #[strum(serialize = "email.link_requested")]
    EmailLinkRequested,
    #[strum(serialize = "user.invitation_revoked")]
    InvitationRevoked,
    #[strum(serialize = "user.invited")]
    Invited,
    #[strum(serialize = "lock.opened")]
    LockOpened,
    #[strum(serialize = "lock.set")]
    LockSet,
    #[strum(serialize = "mail.resent")]
    MailResent,
    #[strum(serialize = "session.others_ended")]
    OtherSessionsEnded,
    #[strum(serialize = "password.changed")]
    PasswordChanged,
    #[strum(serialize = "password.reset")]
    PasswordReset,
    #[strum(serialize = "password.reset_requested")]
    PasswordResetRequested,
    #[strum(serialize = "picture.changed")]
    PictureChanged,
    #[strum(serialize = "picture.removed")]
    PictureRemoved,
    #[strum(serialize = "registration.repeated")]
    RegistrationRepeated,
    #[strum(serialize = "role.changed")]
    RoleChanged,
    #[strum(serialize = "role.created")]
    RoleCreated,
    #[strum(serialize = "role.deleted")]
    RoleDeleted,
    #[strum(serialize = "user.roles_changed")]
    RolesChanged,
    #[strum(serialize = "user.roles_expired")]
    RolesExpired,
    #[strum(serialize = "session.confirmed")]
    SessionConfirmed,
    #[strum(serialize = "session.ended")]
    SessionEnded,
    #[strum(serialize = "session.replayed")]
    SessionReplayed,
    #[strum(serialize = "sessions.ended")]
    SessionsEnded,
    #[strum(serialize = "sign_in.failed")]
    SignInFailed,
    #[strum(serialize = "sign_in.succeeded")]
    SignedIn,
    #[strum(serialize = "sign_out")]
    SignedOut,
    #[strum(serialize = "sign_out.everywhere")]
    SignedOutEverywhere,
    #[strum(serialize = "user.banned")]
    UserBanned,
    #[strum(serialize = "user.changed")]
    UserChanged,
    #[strum(serialize = "user.created")]
    UserCreated,
    #[strum(serialize = "user.exported")]
    UsersExported,
    #[strum(serialize = "user.registered")]
    UserRegistered,
    #[strum(serialize = "user.deleted")]
    UserDeleted,
    #[strum(serialize = "user.unbanned")]
    UserUnbanned,
    #[strum(serialize = "user.verified")]
    UserVerified,
}

impl AuditAction {
    /// Returns whether what was tried was done.
    pub fn outcome(self) -> AuditOutcome {
        match self {
            Self::AccessDenied | Self::LockSet | Self::SessionReplayed | Self::SignInFailed => AuditOutcome::Denied,
            _ => AuditOutcome::Ok,
        }
    }
}

/// Whether what was tried was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum AuditOutcome {
    Ok,
    Denied,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTarget {
    pub kind: TargetKind,
    pub id: String,
    /// The name then; `None` for users, whose name the store adds, and for what has none.
    pub name: Option<String>,
}

/// The kinds of things that events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum TargetKind {
    ApiKey,
    AuditEvent,
    AuditLog,
    Email,
    Invitation,
    Role,
    Route,
    Session,
    User,
}

impl AuditTarget {
    /// A target without a name.
    pub fn new(kind: TargetKind, id: &impl ToString) -> Self {
        Self { kind, id: id.to_string(), name: None }
    }

    /// A target that is called `name` now.
    pub fn named(kind: TargetKind, id: &impl ToString, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::new(kind, id) }
    }
}

/// An audit event. Details never hold a secret.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    pub id: AuditId,
    pub at: Timestamp,
    pub action: AuditAction,
    pub actor: Actor,
    /// The session that acted, or that started.
    pub session: Option<SessionId>,
    /// The user who sees the event in their own security log.
    pub subject: Option<UserId>,
    /// `None` if the subject is the target.
    pub target: Option<AuditTarget>,
    pub network: Network,
    pub agent: String,
    pub request_id: String,
    /// An object. `old` and `new` are the changed fields, `reason` says why.
    pub details: serde_json::Value,
}

impl AuditEvent {
    /// Names the target.
    #[must_use]
    pub fn about(self, target: AuditTarget) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// An audit event read from the log.
#[derive(Debug, Clone)]
pub struct PastEvent {
    pub id: AuditId,
    /// Its place in the chain; `None` until it is sealed.
    pub sequence: Option<i64>,
    pub at: Timestamp,
    /// The name of the action. A newer version may have recorded one that this version does not know.
    pub action: String,
    /// A user with a session is [`Actor::User`].
    pub actor: Actor,
    /// The user's username or address then.
    pub actor_name: Option<String>,
    pub session: Option<SessionId>,
    pub target: Option<AuditTarget>,
    pub network: String,
    pub agent: String,
    pub request_id: String,
    pub outcome: AuditOutcome,
    pub details: serde_json::Value,
}
