//! The history of a session's family.

use super::{
    StoreError,
    db::{Tx, execute},
};
use crate::model::{SessionId, Timestamp};

/// How many renewals of a session are remembered.
const KEPT: i64 = 50;

/// Remembers that a session came to `generation`.
pub(super) async fn insert(
    tx: &mut Tx,
    session: SessionId,
    generation: i64,
    network: &str,
    agent: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO renewals (session_id, generation, at, network, agent)
        VALUES ($1, $2, $3, $4, $5)";
    execute!(tx, sql, session, generation, now, network, agent)?;
    if generation > KEPT {
        let sql = "DELETE FROM renewals WHERE session_id = $1 AND generation <= $2";
        execute!(tx, sql, session, generation - KEPT)?;
    }
    Ok(())
}
