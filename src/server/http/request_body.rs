//! Reading request bodies: of bounded size, in bounded time.

use super::problem::Problem;
use axum::body::{Body, Bytes, to_bytes};
use std::time::Duration;

/// The largest body that anything here reads.
const MAX_BYTES: usize = 256 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole body.
pub async fn read(body: Body) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, MAX_BYTES)).await;
    read.map_err(|_| Problem::TooSlow)?.map_err(|_| Problem::TooLarge)
}
