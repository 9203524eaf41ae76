//! Collects what the dashboard shows.

use super::{Cursor, ServiceError, Services, devices, own_sessions, tokens::Claims};
use crate::{
    model::{Activity, Dashboard, OwnSessions, UserId},
    server::domain::{AuditAction as Action, PastEvent},
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
        username: user.username.as_ref().map(|name| name.as_str().to_owned()),
        roles: user.roles_at(now),
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
pub(super) fn shown(event: PastEvent, owner: UserId) -> Option<Activity> {
    let by_administrator = event.actor.user().is_some_and(|actor| actor != owner);
    let by_other = event.actor.user() != Some(owner);
    let (what, is_warning) = describe(event.action.parse().ok()?, by_administrator, by_other)?;
    Some(Activity {
        at: event.at,
        what: what.to_owned(),
        // Administrators' devices and networks are private.
        device: if by_administrator { "Administrator".to_owned() } else { devices::in_words(&event.agent) },
        network: if by_administrator { String::new() } else { event.network },
        is_warning,
    })
}

/// Returns the text for an event, and whether it is a warning. A mistyped password is none: several of them lock the
/// account.
fn describe(action: Action, by_administrator: bool, by_other: bool) -> Option<(&'static str, bool)> {
    Some(match action {
        Action::AdministratorSetUp | Action::UserCreated | Action::UserRegistered => ("Account created", false),
        Action::SignedIn => ("Signed in", false),
        Action::SignInFailed => ("Failed sign-in", false),
        Action::LockSet => ("Account locked after failed attempts", true),
        Action::LockOpened => ("Account unlocked", false),
        Action::SignedOut => ("Signed out", false),
        Action::SignedOutEverywhere => ("Signed out everywhere", false),
        Action::SessionEnded => session_ended(by_administrator),
        Action::SessionsEnded => ("All sessions revoked by an administrator", true),
        Action::OtherSessionsEnded => ("Signed out everywhere else", false),
        Action::SessionReplayed => ("Session ended: refresh token reused", true),
        Action::PasswordChanged => ("Password changed", by_other),
        Action::PasswordReset => ("Password reset by email link", true),
        Action::PasswordResetRequested => ("Password reset requested", false),
        Action::EmailChangeRequested => ("Email change requested", false),
        Action::EmailChangeCancelled => ("Email change cancelled", false),
        Action::EmailChangeStopped => ("Email change cancelled by email link", true),
        Action::EmailChanged => ("Email changed", true),
        Action::PictureChanged | Action::PictureRemoved | Action::DataDownloaded => on_account_page(action),
        Action::RegistrationRepeated => ("Registration attempted with your email address", false),
        Action::RolesChanged | Action::RolesExpired => ("Roles changed", false),
        Action::UserBanned => ("Account suspended", true),
        Action::UserUnbanned => ("Suspension lifted", false),
        Action::UserVerified => ("Email verified", false),
        Action::UserChanged => ("Profile changed", false),
        // The rest is for administrators.
        _ => return None,
    })
}

fn on_account_page(action: Action) -> (&'static str, bool) {
    if action == Action::DataDownloaded { ("Account data downloaded", true) } else { ("Picture changed", false) }
}

fn session_ended(by_administrator: bool) -> (&'static str, bool) {
    if by_administrator { ("Session revoked by an administrator", true) } else { ("Session ended", false) }
}
