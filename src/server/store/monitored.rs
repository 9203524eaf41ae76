//! The sessions of all users: listed, counted, with their history, and ended in bulk.

use super::{
    Db, StoreError, audit,
    db::{Tx, on_db, on_tx},
    revocations,
    sessions::{MANY, SessionRow, columns},
    sessions_of_user::EndedSession,
};
use crate::{
    model::{EndReason, ListPlace, SessionId, SessionSort, SortKey, Timestamp, User, UserId},
    server::domain::{Actor, AuditEvent},
};

/// A session with its user.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MonitoredRow {
    #[sqlx(flatten)]
    pub session: SessionRow,
    pub email: String,
    pub email_normalized: String,
    pub username: Option<String>,
    pub name: String,
}

impl MonitoredRow {
    /// Returns its place in a list with this sort key.
    pub fn place(&self, key: SortKey) -> ListPlace {
        let value = match key {
            SortKey::CreatedAt => self.session.id.to_string(),
            SortKey::LastSeenAt => self.session.last_seen_at.0.to_string(),
            SortKey::AccessExpiresAt => self.session.access_until.0.to_string(),
            SortKey::RefreshExpiresAt => self.session.idle_until.0.to_string(),
            SortKey::Generation => self.session.generation.to_string(),
            SortKey::User => self.email_normalized.clone(),
        };
        ListPlace { id: self.session.id, value }
    }

    /// Combines a session with its user.
    pub fn of(session: SessionRow, user: &User) -> Self {
        Self {
            session,
            email: user.email.as_str().to_owned(),
            email_normalized: user.email.normalized().to_owned(),
            username: user.username.as_ref().map(|name| name.as_str().to_owned()),
            name: user.name.as_str().to_owned(),
        }
    }
}

/// One rotation in the history of a session.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RenewalRow {
    pub generation: i64,
    pub at: Timestamp,
    pub network: String,
    pub agent: String,
}

/// Filter of sessions. An empty string matches all.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Part of an address, a name or a device, in lower case.
    pub search: String,
    /// `live` (without a risk signal), `suspected` or `ended`; empty for all that are alive.
    pub state: &'static str,
    pub kind: &'static str,
    pub user: String,
}

/// Where a page of the list starts, in reading direction.
#[derive(Debug, Clone)]
pub struct SessionsFrom {
    pub sort: SessionSort,
    /// The place after which the page starts. Its value is a number, unless the list is sorted by id or user.
    pub after: Option<ListPlace>,
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
        "WHERE (ended_at IS NULL) = ($2 <> 'ended')
           AND (+idle_until > $1 OR $2 = 'ended')
           AND ($2 <> 'live' OR suspicion IS NULL)
           AND ($2 <> 'suspected' OR suspicion IS NOT NULL)
           AND ($3 = '' OR kind = $3)
           AND ($4 = '' OR user_id = $4)
           AND ($5 = '%%' OR email_normalized LIKE $5 ESCAPE '!' OR username_normalized LIKE $5 ESCAPE '!'
                OR name_normalized LIKE $5 ESCAPE '!' OR device LIKE $5 ESCAPE '!') "
    };
}

macro_rules! part {
    ($column:literal, $value:literal, $is_after:literal, $direction:literal) => {
        concat!(
            rows!(),
            filter!(),
            "AND ($6 = '' OR (",
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
    ) -> Result<Vec<MonitoredRow>, StoreError> {
        let SessionSort { key, is_descending } = from.sort;
        let sql = match key {
            SortKey::CreatedAt => both_ways!(is_descending, "sessions.id", "$9"),
            SortKey::LastSeenAt => both_ways!(is_descending, "last_seen_at"),
            SortKey::AccessExpiresAt => both_ways!(is_descending, "access_until"),
            SortKey::RefreshExpiresAt => both_ways!(is_descending, "idle_until"),
            SortKey::Generation => both_ways!(is_descending, "generation"),
            SortKey::User => both_ways!(is_descending, "email_normalized", "$9"),
        };
        let after = from.after.as_ref().map(|place| place.id.to_string()).unwrap_or_default();
        let value = from.after.map_or_else(|| "0".to_owned(), |place| place.value);
        on_db!(self, |conn| sqlx::query_as(sql)
            .bind(now)
            .bind(filter.state)
            .bind(filter.kind)
            .bind(filter.user.as_str())
            .bind(filter.pattern())
            .bind(after)
            .bind(from.limit)
            .bind(from.skipped)
            .bind(value)
            .fetch_all(conn))
    }

    /// Returns how many sessions match the filter.
    pub async fn count_sessions(&self, filter: &SessionFilter, now: Timestamp) -> Result<i64, StoreError> {
        if filter.is_open() {
            return self.count_live_sessions(now).await;
        }
        let sql = concat!("SELECT count(*) FROM sessions JOIN users ON users.id = sessions.user_id ", filter!());
        on_db!(self, |conn| sqlx::query_scalar(sql)
            .bind(now)
            .bind(filter.state)
            .bind(filter.kind)
            .bind(filter.user.as_str())
            .bind(filter.pattern())
            .fetch_one(conn))
    }

    /// Returns how many sessions are alive.
    pub async fn count_live_sessions(&self, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND idle_until > $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_one(conn))
    }

    /// Returns how many live sessions have a risk signal.
    pub async fn count_suspected_sessions(&self, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE ended_at IS NULL AND suspicion IS NOT NULL AND idle_until > $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_one(conn))
    }

    /// Returns one session with its user, ended or not.
    pub async fn find_monitored(&self, id: SessionId) -> Result<Option<MonitoredRow>, StoreError> {
        let sql = concat!(rows!(), "WHERE sessions.id = $1");
        on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
    }

    /// Returns the refresh history of a session, newest first.
    pub async fn renewals_of(&self, id: SessionId) -> Result<Vec<RenewalRow>, StoreError> {
        let sql = "
            SELECT generation, at, network, agent
            FROM renewals
            WHERE session_id = $1
            ORDER BY generation DESC";
        on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_all(conn))
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
                tx.lock(MANY).await?;
                let found = live_sessions(tx, of, limit).await?;
                if let Some(event) = &event {
                    audit::insert(tx, event).await?;
                }
                if found.is_empty() {
                    return Ok(None);
                }
                let sql = "
                    UPDATE sessions
                    SET ended_at = $2, end_reason = $3, ended_by = $4
                    WHERE id = $1 AND ended_at IS NULL
                    RETURNING id, user_id, access_until, end_reason";
                let mut ended: Vec<EndedSession> = Vec::with_capacity(found.len());
                for id in found {
                    let row: Option<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
                        .bind(id)
                        .bind(now)
                        .bind(EndReason::Revoked)
                        .bind(audit::ended_by(by))
                        .fetch_optional(conn))?;
                    ended.extend(row);
                }
                revocations::insert_sessions(tx, &ended, now).await?;
                Ok(Some(ended))
            })
        })
        .await
    }
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
                WHERE ended_at IS NULL AND id <> $1
                ORDER BY idle_until
                LIMIT $2";
            let spared = spared.map(|id| id.to_string()).unwrap_or_default();
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(spared).bind(limit).fetch_all(conn))
        }
    }
}

impl SessionFilter {
    fn is_open(&self) -> bool {
        self.search.is_empty() && self.state.is_empty() && self.kind.is_empty() && self.user.is_empty()
    }

    /// Returns the LIKE pattern that finds the search text anywhere, with wildcards escaped.
    fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for letter in self.search.chars().filter(|letter| *letter != '\0') {
            if matches!(letter, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        pattern
    }
}
