//! Sessions as stored.

use super::seen::NEVER_USED;
use crate::{
    model::{EndReason, RiskSignal, SessionId, SessionKind, Timestamp, UserId},
    server::domain::{End, Ender, Session},
};

/// A session as stored.
#[derive(sqlx::FromRow)]
pub(super) struct SessionRow {
    pub id: SessionId,
    user_id: UserId,
    kind: SessionKind,
    pub generation: i64,
    used_generation: i64,
    /// `None` until the first rotation; a sign-in is not one.
    rotated_at: Option<Timestamp>,
    created_at: Timestamp,
    authenticated_at: Timestamp,
    network: String,
    agent: String,
    last_seen_at: Timestamp,
    idle_until: Timestamp,
    ends_at: Timestamp,
    access_until: Timestamp,
    ended_at: Option<Timestamp>,
    end_reason: Option<EndReason>,
    /// A user's id, `cli` or `system`.
    ended_by: Option<String>,
    suspicion: Option<RiskSignal>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        // The time alone decides: no session that has ended may count as live.
        let end = row.ended_at.map(|at| (at, row.end_reason.unwrap_or(EndReason::Revoked)));
        Self {
            id: row.id,
            user_id: row.user_id,
            kind: row.kind,
            generation: row.generation,
            used_generation: (row.used_generation != NEVER_USED).then_some(row.used_generation),
            rotated_at: row.rotated_at,
            created_at: row.created_at,
            authenticated_at: row.authenticated_at,
            network: row.network,
            agent: row.agent,
            last_seen_at: row.last_seen_at,
            idle_until: row.idle_until,
            ends_at: row.ends_at,
            access_until: row.access_until,
            end: end.map(|(at, reason)| End { at, reason, by: ender(row.ended_by.as_deref()) }),
            risk_signal: row.suspicion,
        }
    }
}

/// Parses who ended a session; the reverse of [`audit::ended_by`].
fn ender(stored: Option<&str>) -> Ender {
    match stored {
        Some("cli") => Ender::Cli,
        other => other.and_then(|text| text.parse().ok()).map_or(Ender::System, Ender::User),
    }
}

macro_rules! columns {
    () => {
        "sessions.id, sessions.user_id, COALESCE(special_kind, kind) AS kind, generation, used_generation, rotated_at, sessions.created_at, authenticated_at,
         network, agent, last_seen_at, idle_until, ends_at, access_until, ended_at, end_reason, ended_by, suspicion"
    };
}
pub(super) use columns;
