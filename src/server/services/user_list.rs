//! Finds and lists users for administrators.

use super::{
    Caller, ServiceError, UserError, UserService,
    part::{Cursor, Part},
};
use crate::{
    model::{ADMIN, Identifier, ListPlace, User, UserColumn, UserId, UserSort, pasted},
    server::{
        domain::{Actor, AuditAction, UserFilter},
        store::UsersFrom,
    },
};
use serde_json::json;
use strum::VariantArray;

/// How many characters of a search are used.
const SEARCH: usize = 200;
/// How many characters of a filter are recorded.
const RECORDED: usize = 500;

/// Filter, order and size of a page of users.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    pub filter: UserFilter,
    pub sort: UserSort,
    /// The most rows.
    pub limit: i64,
}

/// A page of users.
#[derive(Debug, Clone, Default)]
pub struct UserPage {
    pub users: Vec<KnownUser>,
    /// The number of users on all pages, counted as far as asked.
    pub total: i64,
    /// Cursors: the next page begins after `next`, the previous one ends before `prev`.
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// A user, and whether sign-in with their email address or username is locked, from anywhere.
#[derive(Debug, Clone)]
pub struct KnownUser {
    pub user: User,
    pub is_locked: bool,
    /// Whether no one else could administer users.
    pub is_last_administrator: bool,
}

/// Returns the filter with its search text as names and addresses are compared.
pub(super) fn comparable(filter: UserFilter) -> UserFilter {
    UserFilter { search: pasted::search(&filter.search).chars().take(SEARCH).collect(), ..filter }
}

impl UserService {
    /// Returns a page of users, of whom up to `counted` are counted; `None` if the cursor is of another sort order.
    pub async fn page(
        &self,
        query: UserQuery,
        from: Cursor<UserId>,
        counted: i64,
    ) -> Result<Option<UserPage>, ServiceError> {
        let (db, now) = (&self.core().db, self.core().now());
        let filter = comparable(query.filter);
        let key = query.sort.key;
        let (after, skipped, is_backward) = from.into_parts();
        if after.as_ref().is_some_and(|place| !place.is_of(key)) {
            return Ok(None);
        }
        let is_later = after.is_some() || skipped > 0;
        let sort = UserSort { key, is_descending: query.sort.is_descending != is_backward };
        // One more row than shown tells whether there are more.
        let asked = UsersFrom { sort, after, skipped, limit: query.limit + 1 };
        let (rows, total) = db.page_of_matching_users(&filter, &asked, counted, now).await?;
        let Part { rows, has_next, has_prev } = Part::of(rows, query.limit, is_backward, is_later);
        Ok(Some(UserPage {
            next: rows.last().filter(|_| has_next).map(|user| user.place(key).to_string()),
            prev: rows.first().filter(|_| has_prev).map(|user| user.place(key).to_string()),
            users: self.all_known(rows).await?,
            total,
        }))
    }

    /// Returns the users of an export from a place on, and the place that it goes on after; `None` at its end.
    pub async fn next_part(
        &self,
        query: &UserQuery,
        after: Option<ListPlace<UserId>>,
    ) -> Result<(Vec<KnownUser>, Option<ListPlace<UserId>>), ServiceError> {
        let (db, now) = (&self.core().db, self.core().now());
        let from = UsersFrom { sort: query.sort, after, skipped: 0, limit: query.limit };
        let rows = db.list_matching_users(&comparable(query.filter.clone()), &from, now).await?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= query.limit);
        let next = rows.last().filter(|_| is_full).map(|user| user.place(query.sort.key));
        Ok((self.all_known(rows).await?, next))
    }

    /// Records that users are exported, and which of them.
    pub async fn record_export(
        &self,
        query: &UserQuery,
        format: &str,
        actor: Actor,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        let words: String = comparable(query.filter.clone()).to_string().chars().take(RECORDED).collect();
        let details = json!({ "query": words, "format": format });
        Ok(self.core().record_reading(AuditAction::UsersExported, None, details, (actor, caller)).await?)
    }

    /// Returns the columns that this administrator hides in the list.
    pub async fn hidden_columns(&self, reader: UserId) -> Result<Vec<UserColumn>, ServiceError> {
        Ok(self.core().db.hidden_columns(reader).await?)
    }

    /// Hides all columns of the list but these from this administrator.
    pub async fn show_columns(&self, reader: UserId, shown: &[UserColumn]) -> Result<(), ServiceError> {
        let hidden = UserColumn::VARIANTS.iter().filter(|column| !shown.contains(column)).copied().collect();
        Ok(self.core().db.hide_columns(reader, hidden).await?)
    }

    async fn all_known(&self, users: Vec<User>) -> Result<Vec<KnownUser>, ServiceError> {
        let (locked, now) = (self.locked(&users).await?, self.core().now());
        let is_one_administrator = users.iter().any(|user| user.roles_at(now).iter().any(|role| role == ADMIN));
        let sole = if is_one_administrator { self.core().db.find_sole_administrator(now).await? } else { None };
        let known = users.into_iter().zip(locked).map(|(user, is_locked)| {
            let is_last_administrator = sole == Some(user.id);
            KnownUser { user, is_locked, is_last_administrator }
        });
        Ok(known.collect())
    }

    /// Returns one user; `None` if there is none with this id.
    pub async fn known(&self, id: UserId) -> Result<Option<KnownUser>, ServiceError> {
        let Some(user) = self.find(id).await? else { return Ok(None) };
        Ok(self.all_known(vec![user]).await?.pop())
    }

    /// Finds a user by id, email address or username. Fails if two users match.
    pub async fn find_by_any(&self, who: &str) -> Result<User, UserError> {
        // Ids are parsed in any case, because usernames that look like them match in any case.
        let by_id = match pasted::username(who).to_ascii_uppercase().parse() {
            Ok(id) => self.core().db.find_user(id).await?,
            Err(_) => None,
        };
        let by_name = self.core().db.find_user_by_identifier(&Identifier::parse(who)).await?;
        match (by_id, by_name) {
            (Some(by_id), Some(by_name)) if by_id.id != by_name.id => Err(UserError::Ambiguous {
                by_id: by_id.email.as_str().to_owned(),
                by_username: by_name.email.as_str().to_owned(),
            }),
            (Some(user), _) | (None, Some(user)) => Ok(user),
            (None, None) => Err(UserError::Missing),
        }
    }

    /// Returns up to `limit` users after `after`, oldest first.
    pub async fn list(&self, after: Option<UserId>, limit: i64) -> Result<Vec<User>, ServiceError> {
        Ok(self.core().db.list_users(after, limit).await?)
    }
}
