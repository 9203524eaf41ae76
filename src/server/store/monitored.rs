//! The sessions of all users: listed, counted, with their history, and ended in bulk.

use super::{
    Db, StoreError, audit,
    db::{Tx, on_db, on_tx},
    revocations, search_pattern,
    session_row::{SessionRow, columns},
    sessions::MANY,
    sessions_of_user::EndedSession,
};
use crate::{
    model::{EndReason, ListPlace, SessionId, SessionSort, SessionSortKey, Timestamp, UserId},
    server::domain::{Actor, AuditEvent, PastRefresh, SessionFilter, UserSession},
};

#[derive(sqlx::FromRow)]
struct MonitoredRow {
    #[sqlx(flatten)]
    session: SessionRow,
    email: String,
    email_normalized: String,
    username: Option<String>,
    name: String,
}

impl From<MonitoredRow> for UserSession {
    fn from(row: MonitoredRow) -> Self {
        let MonitoredRow { session, email, email_normalized, username, name } = row;
        Self { session: session.into(), email, email_normalized, username, name }
    }
}

#[derive(sqlx::FromRow)]
struct RefreshRow {
    generation: i64,
    at: Timestamp,
    network: String,
    agent: String,
}

impl From<RefreshRow> for PastRefresh {
    fn from(row: RefreshRow) -> Self {
        let RefreshRow { generation, at, network, agent } = row;
        Self { generation, at, network, agent }
    }
}

/// Where a page of the list starts, in reading direction.
#[derive(Debug, Clone)]
pub struct SessionsFrom {
    pub sort: SessionSort,
    /// The place after which the page starts. Its value is a number, unless the list is sorted by id or user.
    pub after: Option<ListPlace<SessionId>>,
    pub skipped: i64,
    pub limit: i64,
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy)]
pub enum EndingOf {
    User(UserId),
    /// All but this one.
    Others(Option<SessionId>),
}

macro_rules! rows {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", users.email, users.email_normalized, users.username, users.name FROM sessions JOIN users ON users.id = sessions.user_id "
        )
    };
}

// Keeps SQLite from using an index on ended sessions or due times (hence the `+`): it would sort all matches,
// while the order of ids reads no more rows than it returns.
macro_rules! filter {
    () => {
        "WHERE (ended_at IS NULL) = ($2 IS NULL OR $2 <> 'ended')
           AND (+idle_until > $1 OR $2 = 'ended')
           AND ($2 IS NULL OR $2 <> 'live' OR suspicion IS NULL)
           AND ($2 IS NULL OR $2 <> 'flagged' OR suspicion IS NOT NULL)
           AND ($3 IS NULL OR COALESCE(special_kind, kind) = $3)
           AND ($4 IS NULL OR user_id = $4)
           AND ($5 IS NULL OR email_normalized LIKE $5 ESCAPE '!' OR username_normalized LIKE $5 ESCAPE '!'
                OR name_normalized LIKE $5 ESCAPE '!' OR device LIKE $5 ESCAPE '!'
                OR network LIKE $5 ESCAPE '!') "
    };
}

macro_rules! part {
    ($column:literal, $value:literal, $is_after:literal, $direction:literal) => {
        concat!(
            rows!(),
            filter!(),
            "AND ($6 IS NULL OR (",
            $column,
            ", sessions.id) ",
            $is_after,
            " (",
            $value,
            ", $6))
             ORDER BY ",
            $column,
            $direction,
            ", sessions.id ",
            $direction,
            " LIMIT $7 OFFSET $8"
        )
    };
}

macro_rules! both_ways {
    ($is_descending:expr, $column:literal, $value:literal) => {
        if $is_descending { part!($column, $value, "<", " DESC") } else { part!($column, $value, ">", " ASC") }
    };
    ($is_descending:expr, $column:literal) => {
        both_ways!($is_descending, $column, "CAST($9 AS BIGINT)")
    };
}

impl Db {
    /// Returns a page of the sessions that match the filter.
    pub async fn list_sessions(
        &self,
        filter: &SessionFilter,
        from: SessionsFrom,
        now: Timestamp,
    ) -> Result<Vec<UserSession>, StoreError> {
        let SessionSort { key, is_descending } = from.sort;
        let sql = match key {
            SessionSortKey::CreatedAt => both_ways!(is_descending, "sessions.id", "$9"),
            SessionSortKey::LastSeenAt => both_ways!(is_descending, "last_seen_at"),
            SessionSortKey::AccessExpiresAt => both_ways!(is_descending, "access_until"),
            SessionSortKey::RefreshExpiresAt => both_ways!(is_descending, "idle_until"),
            SessionSortKey::Generation => both_ways!(is_descending, "generation"),
            SessionSortKey::User => both_ways!(is_descending, "email_normalized", "$9"),
        };
        let (after, value) = from.after.map(|place| (place.id, place.value)).unzip();
        let rows: Vec<MonitoredRow> = on_db!(self, |conn| sqlx::query_as(sql)
            .bind(now)
            .bind(filter.state.map(|state| state.into_str()))
            .bind(filter.kind)
            .bind(filter.user)
            .bind(search_pattern(&filter.search))
            .bind(after)
            .bind(from.limit)
            .bind(from.skipped)
            .bind(value)
            .fetch_all(conn))?;
        Ok(rows.into_iter().map(UserSession::from).collect())
    }

    /// Returns how many sessions match the filter.
    pub async fn count_sessions(&self, filter: &SessionFilter, now: Timestamp) -> Result<i64, StoreError> {
        if *filter == SessionFilter::default() {
            return self.count_live_sessions(now).await;
        }
        let sql = concat!("SELECT count(*) FROM sessions JOIN users ON users.id = sessions.user_id ", filter!());
        on_db!(self, |conn| sqlx::query_scalar(sql)
            .bind(now)
            .bind(filter.state.map(|state| state.into_str()))
            .bind(filter.kind)
            .bind(filter.user)
            .bind(search_pattern(&filter.search))
            .fetch_one(conn))
    }

    /// Returns how many sessions are alive.
    pub async fn count_live_sessions(&self, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND idle_until > $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_one(conn))
    }

    /// Returns how many live sessions have a risk signal.
    pub async fn count_flagged_sessions(&self, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND suspicion IS NOT NULL AND idle_until > $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_one(conn))
    }

    /// Returns one session with its user, ended or not.
    pub async fn find_monitored(&self, id: SessionId) -> Result<Option<UserSession>, StoreError> {
        let sql = concat!(rows!(), "WHERE sessions.id = $1");
        let row: Option<MonitoredRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        Ok(row.map(UserSession::from))
    }

    /// Returns the refresh history of a session, newest first.
    pub async fn refreshes_of(&self, id: SessionId) -> Result<Vec<PastRefresh>, StoreError> {
        let sql = "
            SELECT generation, at, network, agent
            FROM renewals
            WHERE session_id = $1
            ORDER BY generation DESC";
        let rows: Vec<RefreshRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_all(conn))?;
        Ok(rows.into_iter().map(PastRefresh::from).collect())
    }

    /// Ends up to `limit` live sessions and records `event` with them. Returns `None` if none is left.
    pub async fn end_sessions(
        &self,
        of: EndingOf,
        limit: i64,
        by: Actor,
        event: Option<AuditEvent>,
        now: Timestamp,
    ) -> Result<Option<Vec<EndedSession>>, StoreError> {
        // The first batch may end the actor's own session, so only that batch checks the actor. It also records
        // the event.
        let acting = if event.is_some() { by } else { Actor::System };
        self.write_as(acting, now, move |tx| {
            Box::pin(async move {
                if let Some(event) = &event {
                    audit::insert(tx, event).await?;
                }
                end_some(tx, of, limit, by, now).await
            })
        })
        .await
    }
}

/// Ends up to `limit` live sessions. Returns `None` if none is left.
pub(super) async fn end_some(
    tx: &mut Tx,
    of: EndingOf,
    limit: i64,
    by: Actor,
    now: Timestamp,
) -> Result<Option<Vec<EndedSession>>, StoreError> {
    tx.lock(MANY).await?;
    let found = live_sessions(tx, of, limit).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let ended = end_each(tx, found, by, now).await?;
    revocations::insert_sessions(tx, &ended, now).await?;
    Ok(Some(ended))
}

/// Ends those of these sessions that are live, and returns them.
async fn end_each(
    tx: &mut Tx,
    sessions: Vec<SessionId>,
    by: Actor,
    now: Timestamp,
) -> Result<Vec<EndedSession>, StoreError> {
    let sql = "
        UPDATE sessions
        SET ended_at = $2, end_reason = $3, ended_by = $4
        WHERE id = $1 AND ended_at IS NULL
        RETURNING id, user_id, access_until, end_reason";
    let mut ended = Vec::with_capacity(sessions.len());
    for id in sessions {
        let row: Option<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
            .bind(id)
            .bind(now)
            .bind(EndReason::Revoked)
            .bind(audit::ended_by(by))
            .fetch_optional(conn))?;
        ended.extend(row);
    }
    Ok(ended)
}

async fn live_sessions(tx: &mut Tx, of: EndingOf, limit: i64) -> Result<Vec<SessionId>, StoreError> {
    match of {
        EndingOf::User(user) => {
            let sql = "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id LIMIT $2";
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(user).bind(limit).fetch_all(conn))
        }
        EndingOf::Others(spared) => {
            let sql = "
                SELECT id
                FROM sessions
                WHERE ended_at IS NULL AND ($1 IS NULL OR id <> $1)
                ORDER BY idle_until
                LIMIT $2";
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(spared).bind(limit).fetch_all(conn))
        }
    }
}
