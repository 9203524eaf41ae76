//! The list of users: filtered, sorted, and page by page.

use super::{
    Db, StoreError,
    db::on_db,
    users::{UserRow, select_user},
};
use crate::{
    model::{ADMIN, ListPlace, Status, TimeRange, Timestamp, User, UserId, UserSort, UserSortKey},
    server::domain::{UserFilter, words_sought},
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use std::collections::BTreeSet;

/// From how many rows on a group counts as large.
const LARGE: i64 = 5000;

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
        self.list_users_of(filter, &self.groups(filter, now).await?, from, now).await
    }

    /// Returns a page of the users that match the filter, and how many match, counted up to `counted`.
    pub async fn page_of_matching_users(
        &self,
        filter: &UserFilter,
        from: &UsersFrom,
        counted: i64,
        now: Timestamp,
    ) -> Result<(Vec<User>, i64), StoreError> {
        let groups = self.groups(filter, now).await?;
        let list = self.list_users_of(filter, &groups, from, now);
        tokio::try_join!(list, self.count_users_of(filter, &groups, counted, now))
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

    async fn list_users_of(
        &self,
        filter: &UserFilter,
        groups: &[SizedGroup],
        from: &UsersFrom,
        now: Timestamp,
    ) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = on_db!(self, |conn| {
            let mut query = QueryBuilder::new(select_user!("WHERE TRUE"));
            push_filter(&mut query, filter, groups, now);
            push_page(&mut query, from);
            async move { query.build_query_as().fetch_all(conn).await }
        })?;
        rows.into_iter().map(User::try_from).collect()
    }

    async fn count_users_of(
        &self,
        filter: &UserFilter,
        groups: &[SizedGroup],
        at_most: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        on_db!(self, |conn| {
            let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT ");
            if let Some(group) = only_group(filter, groups) {
                query.push("DISTINCT user_id");
                push_group(&mut query, group, now);
            } else {
                query.push("1 FROM users WHERE TRUE");
                push_filter(&mut query, filter, groups, now);
            }
            query.push(" LIMIT ").push_bind(at_most).push(") AS found");
            async move { query.build_query_scalar().fetch_one(conn).await }
        })
    }

    /// Returns the groups that a filter asks for.
    async fn groups(&self, filter: &UserFilter, now: Timestamp) -> Result<Vec<SizedGroup>, StoreError> {
        let mut groups = Vec::new();
        for group in groups_of(filter) {
            let rows: i64 = on_db!(self, |conn| {
                let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1");
                push_group(&mut query, &group, now);
                query.push(" LIMIT ").push_bind(LARGE).push(") AS found");
                async move { query.build_query_scalar().fetch_one(conn).await }
            })?;
            groups.push(SizedGroup { group, is_large: rows >= LARGE });
        }
        Ok(groups)
    }
}

/// A group of users that another table knows.
#[derive(Debug)]
enum Group {
    /// Those with a word that begins so.
    Word(String),
    /// Those who have this role.
    Role(String),
    SignedIn,
}

/// A group, and whether it is so large that users are best looked at one after another until a page is full. Of a
/// small one all members are looked at.
#[derive(Debug)]
pub(super) struct SizedGroup {
    group: Group,
    is_large: bool,
}

/// Returns the groups that a filter asks for, for a query that reads all their members in any case.
pub(super) fn groups_to_the_end(filter: &UserFilter) -> Vec<SizedGroup> {
    groups_of(filter).into_iter().map(|group| SizedGroup { group, is_large: false }).collect()
}

fn groups_of(filter: &UserFilter) -> Vec<Group> {
    let words = if filter.search.to_ascii_uppercase().parse::<UserId>().is_ok() {
        BTreeSet::new()
    } else {
        words_sought(&filter.search)
    };
    let role = filter.role.as_ref().map(|role| Group::Role(role.replace('\0', "")));
    let signed_in = filter.is_signed_in.filter(|is_signed_in| *is_signed_in).map(|_| Group::SignedIn);
    words.into_iter().map(Group::Word).chain(role).chain(signed_in).collect()
}

/// Returns the group that a filter asks for, if it asks for nothing else: its members are counted without a look at
/// the users.
fn only_group<'a>(filter: &UserFilter, groups: &'a [SizedGroup]) -> Option<&'a Group> {
    let [only] = groups else { return None };
    let is_signed_in = filter.is_signed_in.filter(|is_signed_in| !is_signed_in);
    let rest = UserFilter { search: String::new(), role: None, is_signed_in, ..filter.clone() };
    (rest == UserFilter::default()).then_some(&only.group)
}

/// Adds the rows of a group.
fn push_group<DB: Database>(query: &mut QueryBuilder<DB>, group: &Group, now: Timestamp)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Vec<u8>: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    match group {
        Group::Word(start) => {
            // No byte of UTF-8 is 0xFF.
            let end = [start.as_bytes(), &[0xFF]].concat();
            query.push(" FROM user_words WHERE word >= ").push_bind(start.clone().into_bytes());
            query.push(" AND word < ").push_bind(end);
        }
        Group::Role(role) => {
            query.push(" FROM user_roles WHERE role = ").push_bind(role.clone());
            query.push(" AND (until IS NULL OR until > ").push_bind(now).push(")");
        }
        Group::SignedIn => {
            query
                .push(" FROM sessions WHERE ended_at IS NULL AND special_kind IS NULL AND idle_until > ")
                .push_bind(now);
        }
    }
}

/// Adds the conditions of a filter to a query of users that ends in a `WHERE`.
pub(super) fn push_filter<DB: Database>(
    query: &mut QueryBuilder<DB>,
    filter: &UserFilter,
    groups: &[SizedGroup],
    now: Timestamp,
) where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Vec<u8>: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    for SizedGroup { group, is_large } in groups {
        query.push(if *is_large { " AND EXISTS (SELECT 1" } else { " AND id IN (SELECT user_id" });
        push_group(query, group, now);
        query.push(if *is_large { " AND user_id = users.id)" } else { ")" });
    }
    push_search(query, &filter.search);
    if let Some(status) = filter.status {
        let negation = if status == Status::Banned { "" } else { "NOT " };
        query.push(" AND ").push(negation).push("(status = 'banned' AND (banned_until IS NULL OR banned_until > ");
        query.push_bind(now).push("))");
    }
    if let Some(is_verified) = filter.is_verified {
        query.push(if is_verified { " AND email_verified_at IS NOT NULL" } else { " AND email_verified_at IS NULL" });
    }
    if let Some(is_locked) = filter.is_locked {
        query.push(if is_locked { " AND id IN (" } else { " AND id NOT IN (" });
        query.push("SELECT user_id FROM attempts WHERE user_id IS NOT NULL AND locked_until > ").push_bind(now);
        query.push(")");
    }
    if filter.is_signed_in == Some(false) {
        query.push(" AND NOT EXISTS (SELECT 1");
        push_group(query, &Group::SignedIn, now);
        query.push(" AND user_id = users.id)");
    }
    // A new id holds the time of creation, but those of imported users need not.
    push_range(query, "created_at", filter.created);
    push_range(query, "last_sign_in_at", filter.last_sign_in);
}

/// Adds what a search requires that is not a group: the user with an id, or no one if nothing in it is searched for.
fn push_search<DB: Database>(query: &mut QueryBuilder<DB>, search: &str)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if let Ok(id) = search.to_ascii_uppercase().parse::<UserId>() {
        query.push(" AND (id = ").push_bind(id).push(" OR username_normalized = ");
        query.push_bind(search.to_owned()).push(")");
    } else if !search.is_empty() && words_sought(search).is_empty() {
        query.push(" AND FALSE");
    }
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
