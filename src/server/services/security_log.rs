//! A user's own security log: the events about the user and those by the user about no one else, in words.

use super::{AuditPage, AuditPlace, AuditQuery, Cursor, ServiceError, Services, devices, tokens::Claims};
use crate::{
    model::{Activity, AuditId, SecurityLog, SessionId, UserId},
    server::domain::{AuditAction as Action, PastEvent},
};

/// How many events are on a page.
const ROWS: i64 = 50;

/// What an event says to its owner, and whether it deserves attention. A mistyped password does not: several of them
/// lock the account.
const SENTENCES: &[(Action, &str, bool)] = &[
    (Action::AccessDenied, "Access denied", false),
    (Action::AccountSecured, "Account secured after a report that it wasn’t you", true),
    (Action::AdministratorSetUp, "Account created", false),
    (Action::ApiKeyCreated, "API key created", true),
    (Action::ApiKeyRevoked, "API key revoked", false),
    (Action::AuditExported, "Audit log exported", true),
    (Action::AuditRead, "Audit log viewed", false),
    (Action::BulkCancelled, "Change of many users stopped", false),
    (Action::BulkStarted, "Change of many users started", false),
    (Action::DataDownloaded, "Account data downloaded", true),
    (Action::EmailChangeCancelled, "Email change cancelled", false),
    (Action::EmailChangeRequested, "Email change requested", false),
    (Action::EmailChangeStopped, "Email change cancelled by email link", true),
    (Action::EmailChanged, "Email changed", true),
    (Action::EmailLinkRequested, "Verification email requested", false),
    (Action::InvitationRevoked, "Invitation revoked", false),
    (Action::Invited, "Invitation sent", false),
    (Action::LockOpened, "Account unlocked", false),
    (Action::LockSet, "Account locked after failed attempts", true),
    (Action::MailResent, "Email resent", false),
    (Action::OtherSessionsEnded, "Signed out everywhere else", false),
    (Action::PasswordChanged, "Password changed", false),
    (Action::PasswordReset, "Password reset by email link", true),
    (Action::PasswordResetRequested, "Password reset requested", false),
    (Action::PictureChanged, "Picture changed", false),
    (Action::PictureRemoved, "Picture changed", false),
    (Action::RegistrationRepeated, "Registration attempted with your email address", false),
    (Action::RoleChanged, "Role edited", false),
    (Action::RoleCreated, "Role created", false),
    (Action::RoleDeleted, "Role deleted", false),
    (Action::RolesChanged, "Roles changed", false),
    (Action::RolesExpired, "Roles changed", false),
    (Action::SessionConfirmed, "Password confirmed", false),
    (Action::SessionEnded, "Session ended", false),
    (Action::SessionReplayed, "Session ended: refresh token reused", true),
    (Action::SessionsEnded, "All sessions revoked", true),
    (Action::SignInFailed, "Failed sign-in", false),
    (Action::SignedIn, "Signed in", false),
    (Action::SignedOut, "Signed out", false),
    (Action::SignedOutEverywhere, "Signed out everywhere", false),
    (Action::UserBanned, "Account suspended", true),
    (Action::UserChanged, "Profile changed", false),
    (Action::UserCreated, "Account created", false),
    (Action::UserDeleted, "Account deleted", true),
    (Action::UserRegistered, "Account created", false),
    (Action::UserUnbanned, "Suspension lifted", false),
    (Action::UserVerified, "Email verified", false),
    (Action::UsersExported, "Users exported", true),
];

/// What owners do that no one else gains anything by, or has begun with.
const HARMLESS: [Action; 8] = [
    Action::AccountSecured,
    Action::AdministratorSetUp,
    Action::ApiKeyRevoked,
    Action::EmailChangeStopped,
    Action::LockOpened,
    Action::SignedOut,
    Action::UserRegistered,
    Action::UserVerified,
];

/// Returns a page of the log, newest first. Shows the first page if one read backward reaches the start and may be
/// short.
pub async fn page(services: &Services, claims: &Claims, from: Cursor<AuditId>) -> Result<SecurityLog, ServiceError> {
    let is_backward = matches!(from, Cursor::Before(_));
    let read = async |from| {
        let place = AuditPlace { user: Some(claims.user), from, is_descending: true, limit: ROWS, counted: 0 };
        services.audit.page(&AuditQuery::default(), place).await
    };
    let mut found = read(from).await?;
    if is_backward && found.prev.is_none() {
        found = read(Cursor::Start).await?;
    }
    let AuditPage { events, next, prev, .. } = found;
    let events = events.into_iter().filter_map(|event| shown(event, claims.user, Some(claims.session))).collect();
    Ok(SecurityLog { events, newer: prev, older: next, now: services.clock.now() })
}

/// Describes an event to its owner, who reads it in the session `current`. Returns `None` for an action that this
/// version does not know.
pub(super) fn shown(event: PastEvent, owner: UserId, current: Option<SessionId>) -> Option<Activity> {
    let by_administrator = is_by_administrator(&event, owner);
    let (action, is_by_owner) = (event.action.parse().ok()?, event.actor.user() == Some(owner));
    let (what, is_warning) = describe(action, by_administrator, !is_by_owner)?;
    Some(Activity {
        at: event.at,
        what: what.to_owned(),
        // Administrators' devices and networks are private.
        device: if by_administrator { "Administrator".to_owned() } else { devices::in_words(&event.agent) },
        network: if by_administrator { String::new() } else { event.network },
        is_warning,
        is_current: current.is_some() && event.session == current,
        is_reportable: current.is_some() && event.session != current && is_by_owner && !HARMLESS.contains(&action),
    })
}

/// Returns whether someone else did this while signed in. Their devices and networks are private.
pub fn is_by_administrator(event: &PastEvent, owner: UserId) -> bool {
    event.actor.user().is_some_and(|actor| actor != owner)
}

fn describe(action: Action, by_administrator: bool, by_other: bool) -> Option<(&'static str, bool)> {
    match action {
        Action::SessionEnded if by_administrator => Some(("Session revoked by an administrator", true)),
        Action::SessionsEnded if by_other => Some(("All sessions revoked by an administrator", true)),
        Action::PasswordChanged => Some(("Password changed", by_other)),
        _ => SENTENCES.iter().find(|(known, ..)| *known == action).map(|(_, what, warns)| (*what, *warns)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_action_has_a_sentence_for_its_owner() {
        for action in Action::iter() {
            assert!(describe(action, false, false).is_some(), "{action}");
        }
        assert_eq!(describe(Action::SessionEnded, true, true), Some(("Session revoked by an administrator", true)));
        assert_eq!(describe(Action::SessionEnded, false, false), Some(("Session ended", false)));
        assert_eq!(describe(Action::PasswordChanged, false, true), Some(("Password changed", true)));
    }
}
