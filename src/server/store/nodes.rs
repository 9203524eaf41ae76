//! The processes that use this database, and whether it works for them.

use super::{
    Db, StoreError,
    db::{execute, on_db, on_tx},
};
use crate::model::Timestamp;
use strum::{Display, EnumString};

/// Larger than the free space that a SQLite page leaves next to the row, so that it needs a page of its own.
const FILLER: usize = 4096;

/// A process that uses this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    /// How often it has written its heartbeat.
    pub beats: i64,
    pub state: NodeState,
}

/// The state of a process. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum NodeState {
    Live,
    /// It has stopped after its last write.
    Stopped,
    /// It vanished, perhaps before its last events were written.
    Lost,
}

impl Db {
    /// Returns when any process last used this database, according to a trusted clock.
    pub async fn last_used(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT seen_at FROM nodes WHERE seen_at > 0 ORDER BY seen_at DESC LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Returns all known processes.
    pub async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        let sql = "SELECT id, beats, state FROM nodes";
        let rows: Vec<(String, i64, NodeState)> = on_db!(self, |conn| sqlx::query_as(sql).fetch_all(conn))?;
        Ok(rows.into_iter().map(|(id, beats, state)| Node { id, beats, state }).collect())
    }

    /// Marks a process as lost, unless it has written since it was read. Returns whether it was marked.
    pub async fn mark_node_lost(&self, node: Node) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE nodes SET state = 'lost' WHERE id = $1 AND beats = $2 AND state = 'live'";
                Ok(execute!(tx, sql, node.id.as_str(), node.beats)? == 1)
            })
        })
        .await
    }

    /// Marks a process as stopped after its last write.
    pub async fn mark_node_stopped(&self, node: &str) -> Result<(), StoreError> {
        let id = node.to_owned();
        self.write(move |tx| {
            Box::pin(
                async move { execute!(tx, "UPDATE nodes SET state = 'stopped' WHERE id = $1", id.as_str()).map(drop) },
            )
        })
        .await
    }

    /// Checks whether the database works now: writes a row that needs space and reads it back over a connection
    /// without a cache. Returns `Missing` if the row is not there, and refuses all other writes until it is.
    ///
    /// `now` becomes the time of the row. With `None` the row keeps its time.
    pub async fn probe(&self, node: &str, now: Option<Timestamp>) -> Result<(), StoreError> {
        let id = node.to_owned();
        let written = self.write_to_probe(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO nodes (id, seen_at, beats, filler)
                    VALUES ($1, COALESCE($2, 0), 1, $3)
                    ON CONFLICT (id) DO UPDATE
                    SET seen_at = COALESCE($2, nodes.seen_at), beats = nodes.beats + 1,
                        filler = excluded.filler, state = 'live'
                    RETURNING beats";
                let (id, filler) = (id.as_str(), "x".repeat(FILLER));
                let beats: i64 =
                    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(id).bind(now).bind(filler).fetch_one(conn))?;
                execute!(tx, "UPDATE nodes SET filler = '' WHERE id = $1", id)?;
                Ok(beats)
            })
        });
        let written = written.await?;
        let found = self.read_afresh("SELECT beats FROM nodes WHERE id = $1", node).await?;
        let is_kept = found.is_some_and(|beats| beats >= written);
        self.refuse_writes(!is_kept);
        if is_kept { Ok(()) } else { Err(StoreError::Missing) }
    }
}
