//! Describes users for pages.

use super::{
    Authenticated, Caller, KnownUser, ServiceError, Services, UserPage, UserQuery, UserService, part::Cursor,
    security_log::shown,
};
use crate::{
    model::{
        COUNTED, MayDo, OpenUser, Permission, Removal, RoleChoice, Status, Suspension, TimeRange, Timestamp, UserId,
        UserLine, UserPart, UserState, UserSuggestion, UsersView, initials,
    },
    server::domain::UserFilter,
};

/// How many users are on a page.
const ROWS: i64 = 25;
/// How many users are suggested for a search.
const SUGGESTED: i64 = 8;
/// How many of the latest events are shown.
const ACTIVITY: i64 = 20;

impl UserService {
    /// Returns the page to show. This is the first page if the cursor is invalid, or if a page read backward
    /// reaches the start and may be short.
    pub async fn view(&self, view: &UsersView) -> Result<UserPart, ServiceError> {
        let query = query_of(view, ROWS);
        let from = Cursor::read(&view.after, &view.before);
        let is_backward = matches!(from, Cursor::Before(_));
        let page = self.page(query.clone(), from, COUNTED + 1).await?;
        let page = match page.filter(|page| !is_backward || page.prev.is_some()) {
            Some(page) => page,
            None => self.page(query, Cursor::Start, COUNTED + 1).await?.unwrap_or_default(),
        };
        let (UserPage { users, total, next, prev }, now) = (page, self.core().now());
        Ok(UserPart { rows: users.iter().map(|user| line(user, now)).collect(), total, next, prev })
    }

    /// Returns the first users that the list would show for a search; nobody if it is empty.
    pub async fn suggest(&self, search: &str) -> Result<Vec<UserSuggestion>, ServiceError> {
        if search.trim().is_empty() {
            return Ok(Vec::new());
        }
        let view = UsersView { search: search.to_owned(), ..UsersView::default() };
        let (found, _) = self.next_part(&query_of(&view, SUGGESTED), None).await?;
        let now = self.core().now();
        Ok(found.iter().map(|known| suggestion(known, now)).collect())
    }
}

/// Returns the page of one user for an administrator; `None` if there is no such user.
pub async fn open(
    services: &Services,
    id: UserId,
    who: &Authenticated,
    caller: &Caller,
) -> Result<Option<OpenUser>, ServiceError> {
    let Some(known) = services.users.known(id).await? else { return Ok(None) };
    let (now, held) = (services.clock.now(), services.permissions.held_by(who));
    let may = |permission| held.contains(&permission);
    let sessions =
        if may(Permission::SessionsRead) { Some(services.db.count_live_sessions_of(id, now).await?) } else { None };
    let api_keys = if may(Permission::SessionsRead) { services.api_keys.lines(id).await? } else { Vec::new() };
    let latest = services.audit.latest_of(id, ACTIVITY, who.actor(), caller);
    let activity = if may(Permission::AuditRead) { latest.await? } else { Vec::new() };
    let user = &known.user;
    let is_within = services.permissions.are_within(&user.roles_at(now), &held);
    Ok(Some(OpenUser {
        line: line(&known, now),
        picture: user.picture_address(),
        version: user.version,
        is_verified: user.email_verified_at.is_some(),
        is_locked: known.is_locked,
        removal: removal(&known, who),
        suspension: user
            .is_banned(now)
            .then(|| Suspension { until: user.banned_until, reason: user.ban_reason.clone() }),
        held: user.roles.iter().filter(|role| role.is_in_force(now)).cloned().collect(),
        updated_at: user.updated_at,
        sessions,
        api_keys,
        activity: activity.into_iter().filter_map(|event| shown(event, id, None)).collect(),
        may: MayDo {
            write: is_within && may(Permission::UsersWrite),
            give_roles: is_within && may(Permission::RolesWrite),
            revoke: may(Permission::SessionsRevoke),
        },
        roles: grantable(services, &held).await?,
        now,
    }))
}

fn removal(known: &KnownUser, reader: &Authenticated) -> Removal {
    if known.is_last_administrator {
        Removal::LastAdministrator
    } else if known.user.id == reader.claims.user {
        Removal::Own
    } else {
        Removal::Offered
    }
}

/// Returns the roles that grant no permission beyond these.
pub async fn grantable(services: &Services, held: &[Permission]) -> Result<Vec<RoleChoice>, ServiceError> {
    let roles = services.roles.list().await?.into_iter();
    let within = roles.filter(|role| role.permissions.iter().all(|permission| held.contains(permission)));
    Ok(within.map(|role| RoleChoice { name: role.name.as_str().to_owned(), description: role.description }).collect())
}

/// Describes a user in a list.
pub(super) fn line(known: &KnownUser, now: Timestamp) -> UserLine {
    let KnownUser { user, is_locked, .. } = known;
    let state = match (user.is_banned(now), is_locked, user.email_verified_at) {
        (true, ..) => UserState::Suspended,
        (false, true, _) => UserState::Locked,
        (false, false, None) => UserState::Unverified,
        (false, false, Some(_)) => UserState::Active,
    };
    UserLine {
        id: user.id.to_string(),
        email: user.email.as_str().to_owned(),
        username: user.username.as_ref().map(|name| name.as_str().to_owned()),
        name: user.name.as_str().to_owned(),
        roles: user.roles_at(now),
        state,
        created_at: user.created_at,
        last_sign_in_at: user.last_sign_in_at,
    }
}

fn suggestion(known: &KnownUser, now: Timestamp) -> UserSuggestion {
    let UserLine { id, email, username, name, state, .. } = line(known, now);
    UserSuggestion {
        id,
        email,
        username,
        initials: initials(&name),
        name,
        picture: known.user.picture_address(),
        state,
    }
}

/// Returns the query that a view stands for, with pages of `limit` users.
pub(super) fn query_of(view: &UsersView, limit: i64) -> UserQuery {
    UserQuery {
        filter: UserFilter {
            search: view.search.clone(),
            status: view.status.parse::<Status>().ok(),
            role: Some(view.role.clone()).filter(|role| !role.is_empty()),
            is_verified: view.verified.parse().ok(),
            is_locked: view.locked.parse().ok(),
            is_signed_in: view.signed_in.parse().ok(),
            created: TimeRange::of_days(&view.created_from, &view.created_to),
            last_sign_in: TimeRange::of_days(&view.last_sign_in_from, &view.last_sign_in_to),
        },
        sort: view.sort(),
        limit,
    }
}
