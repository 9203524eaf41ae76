//! Collects what the dashboard shows.

use super::{Cursor, ServiceError, Services, own_sessions, security_log::shown, tokens::Claims};
use crate::model::{Dashboard, OwnSessions};

/// How many of the latest events are shown.
const ACTIVITY: i64 = 10;
/// How many other sessions are shown. The sessions page lists all of them.
const OTHERS: usize = 10;

/// Returns the dashboard of the signed-in user, or `None` if the user or the session is gone.
pub async fn of(services: &Services, claims: &Claims) -> Result<Option<Dashboard>, ServiceError> {
    let (user, sessions, activity, set_up) = tokio::try_join!(
        services.users.find(claims.user),
        own_sessions::of(services, claims, Cursor::Start),
        async { Ok(services.db.latest_audit_of(claims.user, ACTIVITY).await?) },
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
        activity: activity.into_iter().filter_map(|event| shown(event, claims.user, None)).collect(),
    }))
}
