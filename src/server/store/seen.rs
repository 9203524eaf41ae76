//! Last-seen updates, and the sign-in locations and risk signals of sessions.

use super::{
    Db, StoreError,
    db::{execute, on_tx},
    sessions::MANY,
};
use crate::model::{RiskSignal, SessionId, SessionKind, Timestamp, UserId};

/// What the column `used_generation` holds before the first use.
pub(super) const NEVER_USED: i64 = -1;

/// A last-seen update of a session.
#[derive(Debug, Clone)]
pub struct LastSeenUpdate {
    pub session: SessionId,
    /// The generation whose access token was used, if one was.
    pub generation: Option<i64>,
    pub at: Timestamp,
}

/// The known sign-in location of a live session.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SignInLocation {
    pub id: SessionId,
    pub user_id: UserId,
    pub network: String,
    pub agent: String,
    pub kind: SessionKind,
}

/// The location change of a session.
#[derive(Debug, Clone)]
pub struct LocationChange {
    pub session: SessionId,
    pub user: UserId,
    /// `None` for an API key, which may be used from many places.
    pub suspicion: Option<RiskSignal>,
    pub network: String,
    pub agent: String,
    pub device_words: String,
    pub at: Timestamp,
}

impl Db {
    /// Writes last-seen updates, with the highest generation whose access token was used. Returns the locations
    /// known so far of those that are alive.
    pub async fn update_last_seen(&self, updates: Vec<LastSeenUpdate>) -> Result<Vec<SignInLocation>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(MANY).await?;
                let sql = "
                    UPDATE sessions
                    SET last_seen_at = CASE WHEN last_seen_at > $3 THEN last_seen_at ELSE $3 END,
                        used_generation = CASE WHEN used_generation > $2 OR generation < $2 THEN used_generation ELSE $2 END
                    WHERE id = $1 AND ended_at IS NULL
                    RETURNING id, user_id, network, agent, COALESCE(special_kind, kind) AS kind";
                let mut found: Vec<SignInLocation> = Vec::with_capacity(updates.len());
                for LastSeenUpdate { session, generation, at } in updates {
                    let row: Option<SignInLocation> = on_tx!(tx, |conn| sqlx::query_as(sql)
                        .bind(session)
                        .bind(generation.unwrap_or(NEVER_USED))
                        .bind(at)
                        .fetch_optional(conn))?;
                    found.extend(row);
                }
                Ok(found)
            })
        })
        .await
    }

    /// Saves location changes with their risk signal. Returns those of sessions that are alive.
    pub async fn suspect_sessions(&self, moved: Vec<LocationChange>) -> Result<Vec<LocationChange>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(MANY).await?;
                let mut marked = Vec::with_capacity(moved.len());
                let sql = "
                    UPDATE sessions
                    SET suspicion = $2, suspected_at = CASE WHEN $2 IS NULL THEN NULL ELSE $3 END, network = $4, agent = $5, device = $6
                    WHERE id = $1 AND ended_at IS NULL";
                for one in moved {
                    let LocationChange { network, agent, device_words, .. } = &one;
                    let (network, agent, words) = (network.as_str(), agent.as_str(), device_words.as_str());
                    if execute!(tx, sql, one.session, one.suspicion, one.at, network, agent, words)? == 1 {
                        marked.push(one);
                    }
                }
                Ok(marked)
            })
        })
        .await
    }
}
