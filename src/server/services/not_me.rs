//! "This wasn't me": users report that someone else has used their account, which locks everyone out until they have
//! chosen a new password by a mailed link.

use super::{Authenticated, Caller, Link, MailTemplate, ServiceError, Services, links};
use crate::{
    model::{NotMe, Page, UserId},
    server::{
        domain::{Actor, AuditAction, SecretPurpose},
        store::{NotMeReport, Request, StoreError},
    },
};
use std::time::Duration;

/// How long users can't change the address of their own account after a report.
const FROZEN: Duration = Duration::from_hours(24);

/// Returns what a link's token would do, or, without a token, what the signed-in user can do. Changes nothing.
pub async fn show(services: &Services, token: &str, who: Option<&Authenticated>) -> Result<NotMe, ServiceError> {
    let core = services.users.core();
    let user = match (token, who) {
        ("", None) => return Ok(NotMe::Dead),
        ("", Some(who)) => who.claims.user,
        (token, _) => match core.db.find_not_me_link(&links::digest(token), core.now()).await? {
            Some((user, false)) => user,
            Some((_, true)) => return Ok(NotMe::Done),
            None => return Ok(NotMe::Dead),
        },
    };
    let user = services.users.find(user).await?;
    Ok(user.map_or(NotMe::Dead, |user| NotMe::Ready { email: user.email.as_str().to_owned() }))
}

/// Secures the account that a link's token belongs to, or, without a token, that of the signed-in user. Returns the
/// user; `None` if the link does not work or was used meanwhile.
pub async fn report(
    services: &Services,
    token: &str,
    who: Option<&Authenticated>,
    caller: &Caller,
) -> Result<Option<UserId>, ServiceError> {
    let core = services.users.core();
    let (user, digest, actor) = match (token, who) {
        ("", None) => return Ok(None),
        ("", Some(who)) => (who.claims.user, None, who.actor()),
        (token, _) => {
            let digest = links::digest(token);
            match core.db.find_not_me_link(&digest, core.now()).await? {
                Some((user, false)) => (user, Some(digest), Actor::User(user)),
                _ => return Ok(None),
            }
        }
    };
    let Some(user) = services.users.find(user).await? else { return Ok(None) };
    let event = core.event(caller, AuditAction::AccountSecured, actor, Some(user.id));
    let now = event.at;
    // The store binds the link to the password's new epoch.
    let Link { url, secret, .. } = core.links.for_user(SecretPurpose::ResetPassword, &user, 0, now);
    let template = MailTemplate::AccountSecured { link: url, forgot_password: core.links.page(Page::ForgotPassword) };
    let reset = Request { secret: Some(secret), mail: core.mail.notice(&user.email, &template) };
    let longest = services.sessions.longest_access();
    let report = NotMeReport { user: user.id, digest, frozen_until: now + FROZEN, reset, event, longest };
    match core.db.secure_account(report).await {
        Ok(Some(ended)) => {
            services.users.changed(&ended).await;
            Ok(Some(user.id))
        }
        // Used or deleted meanwhile.
        Ok(None) | Err(StoreError::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
