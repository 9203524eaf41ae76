//! The list of users: filtered, sorted, and page by page.

use super::{
    Db, StoreError,
    db::on_db,
    search_pattern,
    users::{UserRow, select_user},
};
use crate::{
    model::{ADMIN, ListPlace, Status, TimeRange, Timestamp, User, UserId, UserSort, UserSortKey},
    server::domain::UserFilter,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Where a page of the list starts, in reading direction.
#[derive(Debug, Clone)]
pub struct UsersFrom {
    pub sort: UserSort,
    /// The place after which the page starts. Its value is a number if the list is sorted by a time.
    pub after: Option<ListPlace<UserId>>,
    pub skipped: i64,
    pub limit: i64,
}

impl Db {
    /// Returns a page of the users that match the filter.
    pub async fn list_matching_users(
        &self,
        filter: &UserFilter,
        from: &UsersFrom,
        now: Timestamp,
    ) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = on_db!(self, |conn| {
            let mut query = QueryBuilder::new(select_user!("WHERE TRUE"));
            push_filter(&mut query, filter, now);
            push_page(&mut query, from);
            async move { query.build_query_as().fetch_all(conn).await }
        })?;
        rows.into_iter().map(User::try_from).collect()
    }

    /// Returns the only user who can administer users; `None` if there are others.
    pub async fn find_sole_administrator(&self, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let sql = "
            SELECT users.id
            FROM users
            JOIN user_roles ON user_roles.user_id = users.id AND role = $1 AND until IS NULL
            WHERE email_verified_at IS NOT NULL AND (status = 'active' OR banned_until <= $2)
            LIMIT 2";
        let found: Vec<UserId> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(ADMIN).bind(now).fetch_all(conn))?;
        Ok(found.first().filter(|_| found.len() == 1).copied())
    }

    /// Returns how many users match the filter.
    pub async fn count_matching_users(&self, filter: &UserFilter, now: Timestamp) -> Result<i64, StoreError> {
        on_db!(self, |conn| {
            let mut query = QueryBuilder::new("SELECT count(*) FROM users WHERE TRUE");
            push_filter(&mut query, filter, now);
            async move { query.build_query_scalar().fetch_one(conn).await }
        })
    }
}

/// Adds the conditions of a filter to a query of users that ends in a `WHERE`.
pub(super) fn push_filter<DB: Database>(query: &mut QueryBuilder<DB>, filter: &UserFilter, now: Timestamp)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    if let Some(pattern) = search_pattern(&filter.search) {
        query.push(" AND (email_normalized LIKE ").push_bind(pattern.clone());
        query.push(" ESCAPE '!' OR username_normalized LIKE ").push_bind(pattern.clone());
        query.push(" ESCAPE '!' OR name_normalized LIKE ").push_bind(pattern);
        query.push(" ESCAPE '!' OR id = ").push_bind(filter.search.to_ascii_uppercase().replace('\0', "")).push(")");
    }
    if let Some(status) = filter.status {
        let negation = if status == Status::Banned { "" } else { "NOT " };
        query.push(" AND ").push(negation).push("(status = 'banned' AND (banned_until IS NULL OR banned_until > ");
        query.push_bind(now).push("))");
    }
    if let Some(role) = &filter.role {
        query.push(" AND id IN (SELECT user_id FROM user_roles WHERE role = ").push_bind(role.replace('\0', ""));
        query.push(" AND (until IS NULL OR until > ").push_bind(now).push("))");
    }
    if let Some(is_verified) = filter.is_verified {
        query.push(if is_verified { " AND email_verified_at IS NOT NULL" } else { " AND email_verified_at IS NULL" });
    }
    if let Some(is_locked) = filter.is_locked {
        query.push(if is_locked { " AND id IN (" } else { " AND id NOT IN (" });
        query.push("SELECT user_id FROM attempts WHERE user_id IS NOT NULL AND locked_until > ").push_bind(now);
        query.push(")");
    }
    if let Some(is_signed_in) = filter.is_signed_in {
        query.push(if is_signed_in { " AND EXISTS (" } else { " AND NOT EXISTS (" });
        query.push("SELECT 1 FROM sessions WHERE user_id = users.id AND ended_at IS NULL AND idle_until > ");
        query.push_bind(now).push(")");
    }
    // A new id holds the time of creation, but those of imported users need not.
    push_range(query, "created_at", filter.created);
    push_range(query, "last_sign_in_at", filter.last_sign_in);
}

fn push_range<DB: Database>(query: &mut QueryBuilder<DB>, column: &'static str, range: TimeRange)
where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    for (comparison, limit) in [(" >= ", range.from), (" < ", range.until)] {
        if let Some(limit) = limit {
            query.push(" AND ").push(column).push(comparison).push_bind(limit);
        }
    }
}

fn push_page<DB: Database>(query: &mut QueryBuilder<DB>, from: &UsersFrom)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let column = match from.sort.key {
        UserSortKey::CreatedAt => "id",
        UserSortKey::Email => "email_normalized",
        UserSortKey::LastSignInAt => "COALESCE(last_sign_in_at, 0)",
    };
    let (is_after, direction) = if from.sort.is_descending { ("<", "DESC") } else { (">", "ASC") };
    if let Some(ListPlace { id, value }) = &from.after {
        query.push(format!(" AND ({column}, id) {is_after} ("));
        match from.sort.key {
            UserSortKey::LastSignInAt => query.push_bind(value.parse().unwrap_or(0_i64)),
            UserSortKey::CreatedAt | UserSortKey::Email => query.push_bind(value.clone()),
        };
        query.push(", ").push_bind(*id).push(")");
    }
    query.push(format!(" ORDER BY {column} {direction}, id {direction} LIMIT ")).push_bind(from.limit);
    query.push(" OFFSET ").push_bind(from.skipped);
}
