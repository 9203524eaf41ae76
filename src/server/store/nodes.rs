//! The processes that work on this database, and whether it works for them.

use super::{
    Db, StoreError,
    db::{execute, on_db, on_tx},
};
use crate::model::Timestamp;

/// More than fits into a page of SQLite with its row: it needs one of its own.
const FILLER: usize = 4096;

impl Db {
    /// When any process last wrote that it works on this database, by a clock that was believed.
    pub async fn last_used(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT seen_at FROM nodes WHERE seen_at > 0 ORDER BY seen_at DESC LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Writes something that needs room, and reads it back with a connection that remembers nothing: whether the
    /// database works right now. `Missing` if what was written is not there.
    ///
    /// `now` is the time of the row from now on; without it the row keeps the one it has.
    pub async fn probe(&self, node: &str, now: Option<Timestamp>) -> Result<(), StoreError> {
        let id = node.to_owned();
        let written = self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO nodes (id, seen_at, beats, filler)
                    VALUES ($1, COALESCE($2, 0), 1, $3)
                    ON CONFLICT (id) DO UPDATE
                    SET seen_at = COALESCE($2, nodes.seen_at), beats = nodes.beats + 1, filler = excluded.filler
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
        if found.is_some_and(|beats| beats >= written) { Ok(()) } else { Err(StoreError::Missing) }
    }
}
