//! Audit events: what is recorded of security-relevant actions.

use super::Actor;
use crate::model::{AuditId, Network, Timestamp, UserId};

/// What happened. The text is its name in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
pub enum AuditAction {
    #[strum(serialize = "administrator.set_up")]
    AdministratorSetUp,
    #[strum(serialize = "user.bulk_started")]
    BulkStarted,
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

/// An audit event. Details never hold a secret.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    pub id: AuditId,
    pub at: Timestamp,
    pub action: AuditAction,
    pub actor: Actor,
    pub subject: Option<UserId>,
    pub network: Network,
    pub agent: String,
    pub request_id: String,
    pub details: serde_json::Value,
}

/// An audit event read from the log.
#[derive(Debug, Clone)]
pub struct PastEvent {
    pub at: Timestamp,
    pub action: AuditAction,
    /// A user with a session is [`Actor::User`]: the log does not hold the session.
    pub actor: Actor,
    pub network: String,
    pub agent: String,
    pub details: serde_json::Value,
}
