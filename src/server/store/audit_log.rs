//! Reads the audit log: one event, or a page of those that match a filter.

use super::{
    Db, StoreError,
    audit::{AuditRow, select_event},
    db::on_db,
    escaped,
};
use crate::{
    model::{AuditId, UserId},
    server::domain::{ActionPattern, AuditFilter, Party, PastEvent},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Where a page of the log starts, in reading direction.
#[derive(Debug, Clone, Copy)]
pub struct EventsFrom {
    pub is_descending: bool,
    pub after: Option<AuditId>,
    pub skipped: i64,
    pub limit: i64,
}

impl Db {
    /// Returns the latest `limit` events about a user or by that user about no one else, newest first.
    pub async fn latest_audit_of(&self, user: UserId, limit: i64) -> Result<Vec<PastEvent>, StoreError> {
        let from = EventsFrom { is_descending: true, after: None, skipped: 0, limit };
        self.list_audit_events(&AuditFilter::default(), Some(user), from).await
    }

    /// Returns one event.
    pub async fn find_audit_event(&self, id: AuditId) -> Result<Option<PastEvent>, StoreError> {
        let sql = select_event!("WHERE id = $1");
        let row: Option<AuditRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        Ok(row.map(PastEvent::from))
    }

    /// Returns a page of the events that match the filter, in order of time; only those of `user`, if given.
    pub async fn list_audit_events(
        &self,
        filter: &AuditFilter,
        user: Option<UserId>,
        from: EventsFrom,
    ) -> Result<Vec<PastEvent>, StoreError> {
        let (is_after, direction) = if from.is_descending { ("<", "DESC") } else { (">", "ASC") };
        let rows: Vec<AuditRow> = on_db!(self, |conn| {
            let mut query = QueryBuilder::new(select_event!("WHERE TRUE"));
            push_filter(&mut query, filter, user);
            if let Some(id) = from.after {
                query.push(format!(" AND id {is_after} ")).push_bind(id);
            }
            query.push(format!(" ORDER BY id {direction} LIMIT ")).push_bind(from.limit);
            query.push(" OFFSET ").push_bind(from.skipped);
            async move { query.build_query_as().fetch_all(conn).await }
        })?;
        Ok(rows.into_iter().map(PastEvent::from).collect())
    }

    /// Returns how many events match the filter, counted up to `at_most`; only those of `user`, if given.
    pub async fn count_audit_events(
        &self,
        filter: &AuditFilter,
        user: Option<UserId>,
        at_most: i64,
    ) -> Result<i64, StoreError> {
        on_db!(self, |conn| {
            let mut query = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 FROM audit WHERE TRUE");
            push_filter(&mut query, filter, user);
            query.push(" LIMIT ").push_bind(at_most).push(") AS found");
            async move { query.build_query_scalar().fetch_one(conn).await }
        })
    }
}

fn push_filter<DB: Database>(query: &mut QueryBuilder<DB>, filter: &AuditFilter, user: Option<UserId>)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if let Some(user) = user {
        query.push(" AND (subject_id = ").push_bind(user);
        query.push(" OR (actor_id = ").push_bind(user).push(" AND subject_id IS NULL))");
    }
    for (party, columns) in [
        (&filter.actor, &["actor_kind", "actor_name", "actor_id"][..]),
        (&filter.target, &["target_id", "target_name", "subject_id"]),
        (&filter.about, &["actor_kind", "actor_name", "actor_id", "target_id", "target_name", "subject_id"]),
    ] {
        if let Some(party) = party {
            push_party(query, party, columns);
        }
    }
    push_actions(query, &filter.actions);
    if let Some(outcome) = filter.outcome {
        query.push(" AND outcome = ").push_bind(outcome);
    }
    // Ids begin with the time, and are the primary key.
    if let Some(from) = filter.created.from {
        query.push(" AND id >= ").push_bind(AuditId::first_at(from));
    }
    if let Some(before) = filter.created.until {
        query.push(" AND id < ").push_bind(AuditId::first_at(before));
    }
}

/// Requires that one of these columns has the text, or the id of the user that it names.
fn push_party<DB: Database>(query: &mut QueryBuilder<DB>, party: &Party, columns: &[&str])
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    query.push(" AND (FALSE");
    for column in columns {
        query.push(format!(" OR {column} = ")).push_bind(party.text.replace('\0', ""));
        if let Some(user) = party.id.filter(|_| column.ends_with("_id")) {
            query.push(format!(" OR {column} = ")).push_bind(user);
        }
    }
    query.push(")");
}

fn push_actions<DB: Database>(query: &mut QueryBuilder<DB>, patterns: &[ActionPattern])
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    let (excluded, wanted): (Vec<_>, Vec<_>) = patterns.iter().partition(|pattern| pattern.is_excluded);
    for pattern in excluded {
        query.push(" AND NOT ");
        push_action(query, pattern);
    }
    if !wanted.is_empty() {
        query.push(" AND (FALSE");
        for pattern in wanted {
            query.push(" OR ");
            push_action(query, pattern);
        }
        query.push(")");
    }
}

fn push_action<DB: Database>(query: &mut QueryBuilder<DB>, pattern: &ActionPattern)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if pattern.is_prefix {
        query.push("action LIKE ").push_bind(format!("{}%", escaped(&pattern.text))).push(" ESCAPE '!'");
    } else {
        query.push("action = ").push_bind(pattern.text.replace('\0', ""));
    }
}
