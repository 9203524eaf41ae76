//! Collects what the dashboard shows.

use super::{Cursor, ServiceError, Services, devices, own_sessions, tokens::Claims};
use crate::{
    model::{Activity, Dashboard, OwnSessions, UserId},
    server::store::{Action, AuditRow},
};

/// How many of the latest events are shown.
const ACTIVITY: i64 = 10;
/// How many other sessions are shown. The sessions page lists all of them.
const OTHERS: usize = 10;

/// Returns the dashboard of the signed-in user, or `None` if the user or the session is gone.
pub async fn of(services: &Services, claims: &Claims) -> Result<Option<Dashboard>, ServiceError> {
    let (user, sessions, activity) = tokio::try_join!(
        services.users.find(claims.user),
        own_sessions::of(services, claims, Cursor::Start),
        services.users.activity(claims.user, ACTIVITY),
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
        activity: activity.into_iter().filter_map(|row| told(row, claims.user)).collect(),
    }))
}

/// Describes an event to the account's owner, or returns `None` if the owner need not see it.
fn told(row: AuditRow, owner: UserId) -> Option<Activity> {
    let by_administrator = row.actor_id.as_ref().is_some_and(|actor| *actor != owner.to_string());
    let by_other = by_administrator || row.actor_kind != "user";
    let (what, is_warning) = match Action::parse(&row.action)? {
        Action::AdministratorSetUp | Action::UserCreated | Action::UserRegistered => ("Account made", false),
        Action::SignedIn => ("Signed in", false),
        Action::SignInFailed => ("Failed sign-in", true),
        Action::LockSet => ("Locked after failed sign-ins", true),
        Action::LockOpened => ("Lock opened", false),
        Action::SignedOut => ("Signed out", false),
        Action::SignedOutEverywhere => ("Signed out everywhere", false),
        Action::SessionEnded if by_administrator => ("Session ended by an administrator", true),
        Action::SessionEnded => ("Session signed out", false),
        Action::SessionsEnded => ("Every session ended by an administrator", true),
        Action::OtherSessionsEnded => ("Signed out everywhere else", false),
        Action::SessionReplayed => ("Session ended: its refresh token was used twice", true),
        Action::PasswordChanged => ("Password changed", by_other),
        Action::PasswordReset => ("Password reset by a mailed link", true),
        Action::PasswordResetRequested => ("Asked for a link to reset the password", false),
        Action::EmailChangeRequested => ("Asked for another email address", false),
        Action::EmailChangeStopped => ("Change of email address stopped by a mailed link", true),
        Action::EmailChanged => ("Email address changed", true),
        Action::RegistrationRepeated => ("Somebody registered with this address again", false),
        Action::RolesChanged => ("Roles changed", false),
        Action::UserBanned => ("Banned", true),
        Action::UserUnbanned => ("Ban lifted", false),
        Action::UserVerified => ("Email address confirmed", false),
        Action::UserChanged => ("Profile changed", false),
        Action::UserDeleted
        | Action::Invited
        | Action::InvitationRevoked
        | Action::MailResent
        | Action::EmailLinkRequested
        | Action::SessionConfirmed => return None,
    };
    Some(Activity {
        at: row.at,
        what: what.to_owned(),
        // Administrators' devices and networks are private.
        device: if by_administrator { "Administrator".to_owned() } else { devices::in_words(&row.agent) },
        network: if by_administrator { String::new() } else { row.network },
        is_warning,
    })
}
