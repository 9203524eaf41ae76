//! The refresh history of sessions.

use super::{
    StoreError,
    db::{Tx, execute},
};
use crate::model::{SessionId, Timestamp};

/// How many rotations of a session are kept.
const KEPT: i64 = 50;

/// Records that a session was rotated to `generation`.
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
