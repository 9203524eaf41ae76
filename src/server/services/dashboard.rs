//! Collects what the dashboard shows.

use super::{Cursor, ServiceError, Services, devices, own_sessions, tokens::Claims};
use crate::{
    model::{Activity, Dashboard, OwnSessions, UserId},
    server::domain::{AuditAction, PastEvent},
};

/// How many of the latest events are shown.
const ACTIVITY: i64 = 10;
/// How many other sessions are shown. The sessions page lists all of them.
const OTHERS: usize = 10;

/// Returns the dashboard of the signed-in user, or `None` if the user or the session is gone.
pub async fn of(services: &Services, claims: &Claims) -> Result<Option<Dashboard>, ServiceError> {
    let (user, sessions, activity, set_up) = tokio::try_join!(
        services.users.find(claims.user),
        own_sessions::of(services, claims, Cursor::Start),
        services.users.activity(claims.user, ACTIVITY),
        services.set_up_list.of(claims),
    )?;
    let (Some(user), Some(OwnSessions { current, mut others, now, .. })) = (user, sessions) else { return Ok(None) };
    others.truncate(OTHERS);
    Ok(Some(Dashboard {
        name: user.name.as_str().to_owned(),
        email: user.email.as_str().to_owned(),
        username: user.username.map(|name| name.as_str().to_owned()),
        roles: user.roles,
        current,
        access_issued_at: claims.issued_at,
        access_expires_at: claims.expires_at,
        now,
        others,
        set_up,
        activity: activity.into_iter().filter_map(|event| shown(event, claims.user)).collect(),
    }))
}

/// Describes an event to the account's owner, or returns `None` if the owner need not see it.
fn shown(event: PastEvent, owner: UserId) -> Option<Activity> {
    let by_administrator = event.actor.user().is_some_and(|actor| actor != owner);
    let by_other = event.actor.user() != Some(owner);
    let (what, is_warning) = describe(event.action, by_administrator, by_other)?;
    Some(Activity {
        at: event.at,
        what: what.to_owned(),
        // Administrators' devices and networks are private.
        device: if by_administrator { "Administrator".to_owned() } else { devices::in_words(&event.agent) },
        network: if by_administrator { String::new() } else { event.network },
        is_warning,
    })
}

/// Returns the text for an event, and whether it is a warning.
fn describe(action: AuditAction, by_administrator: bool, by_other: bool) -> Option<(&'static str, bool)> {
    Some(match action {
        AuditAction::AdministratorSetUp | AuditAction::UserCreated | AuditAction::UserRegistered => {
            ("Account created", false)
        }
        AuditAction::SignedIn => ("Signed in", false),
        // A mistyped password is no alarm; several of them lock the account.
        AuditAction::SignInFailed => ("Failed sign-in", false),
        AuditAction::LockSet => ("Account locked after failed attempts", true),
        AuditAction::LockOpened => ("Account unlocked", false),
        AuditAction::SignedOut => ("Signed out", false),
        AuditAction::SignedOutEverywhere => ("Signed out everywhere", false),
        AuditAction::SessionEnded if by_administrator => ("Session revoked by an administrator", true),
        AuditAction::SessionEnded => ("Session ended", false),
        AuditAction::SessionsEnded => ("All sessions revoked by an administrator", true),
        AuditAction::OtherSessionsEnded => ("Signed out everywhere else", false),
        AuditAction::SessionReplayed => ("Session ended: refresh token reused", true),
        AuditAction::PasswordChanged => ("Password changed", by_other),
        AuditAction::PasswordReset => ("Password reset by email link", true),
        AuditAction::PasswordResetRequested => ("Password reset requested", false),
        AuditAction::EmailChangeRequested => ("Email change requested", false),
        AuditAction::EmailChangeCancelled => ("Email change cancelled", false),
        AuditAction::EmailChangeStopped => ("Email change cancelled by email link", true),
        AuditAction::EmailChanged => ("Email changed", true),
        AuditAction::RegistrationRepeated => ("Registration attempted with your email address", false),
        AuditAction::RolesChanged => ("Roles changed", false),
        AuditAction::UserBanned => ("Account suspended", true),
        AuditAction::UserUnbanned => ("Suspension lifted", false),
        AuditAction::UserVerified => ("Email verified", false),
        AuditAction::UserChanged => ("Profile changed", false),
        AuditAction::UserDeleted
        | AuditAction::Invited
        | AuditAction::InvitationRevoked
        | AuditAction::MailResent
        | AuditAction::EmailLinkRequested
        | AuditAction::SessionConfirmed => return None,
    })
}
