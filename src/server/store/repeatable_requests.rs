//! Requests that can be repeated without a second effect: the first write of a request records it, in its own
//! transaction.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db},
};
use crate::model::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinHandle;

tokio::task_local! {
    static RECORD: Arc<RequestRecord>;
}

/// What the first write of a request records. Digests are SHA-256, in hexadecimal.
#[derive(Debug)]
pub struct RequestRecord {
    /// Of the caller, the route and the idempotency key.
    pub digest: String,
    /// Of the body.
    pub body: String,
    pub at: Timestamp,
    /// An older request with the same digest no longer counts.
    pub outdated: Timestamp,
    is_written: AtomicBool,
    is_refused: AtomicBool,
}

/// A request that had an effect.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PastRequest {
    pub body: String,
    /// Sealed; `None` until the request is answered.
    pub answer: Option<String>,
}

impl RequestRecord {
    pub fn new(digest: String, body: String, at: Timestamp, outdated: Timestamp) -> Self {
        Self { digest, body, at, outdated, is_written: AtomicBool::new(false), is_refused: AtomicBool::new(false) }
    }

    /// Runs a request whose first write writes this record.
    pub async fn around<F: Future>(self: Arc<Self>, request: F) -> F::Output {
        RECORD.scope(self, request).await
    }

    /// Returns whether a write of the request was kept.
    pub fn is_written(&self) -> bool {
        self.is_written.load(Ordering::Relaxed)
    }

    /// Returns whether the request came second, and so none of its writes were kept.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    pub(super) fn mark_written(&self) {
        self.is_written.store(true, Ordering::Relaxed);
    }

    /// Writes it, or fails if the same request was recorded before.
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let sql = "
            INSERT INTO repeatable_requests (digest, body, created_at)
            VALUES ($1, $2, $3)
            ON CONFLICT (digest) DO UPDATE
              SET body = excluded.body, created_at = excluded.created_at, answer = NULL
              WHERE repeatable_requests.created_at <= $4";
        if execute!(tx, sql, self.digest.as_str(), self.body.as_str(), self.at, self.outdated)? == 0 {
            self.is_refused.store(true, Ordering::Relaxed);
            // Whoever sees it must neither go on nor try again.
            return Err(StoreError::Unavailable(None));
        }
        Ok(())
    }
}

/// Runs `work` in a task of its own. If it belongs to a request with a record, its first write writes that.
pub fn spawn<W>(work: W) -> JoinHandle<W::Output>
where
    W: Future<Output: Send + 'static> + Send + 'static,
{
    match RECORD.try_with(Arc::clone) {
        Ok(record) => tokio::spawn(RECORD.scope(record, work)),
        Err(_) => tokio::spawn(work),
    }
}

/// Returns the record that the next write has to write, if there is one.
pub(super) fn pending() -> Option<Arc<RequestRecord>> {
    RECORD.try_with(Arc::clone).ok().filter(|record| !record.is_written())
}

impl Db {
    /// Returns the request with this digest that was recorded after `outdated`.
    pub async fn find_request(&self, digest: &str, outdated: Timestamp) -> Result<Option<PastRequest>, StoreError> {
        let sql = "SELECT body, answer FROM repeatable_requests WHERE digest = $1 AND created_at > $2";
        on_db!(self, |conn| sqlx::query_as(sql).bind(digest).bind(outdated).fetch_optional(conn))
    }

    /// Keeps the answer of a recorded request.
    pub async fn keep_answer(&self, digest: String, answer: String) -> Result<(), StoreError> {
        let sql = "UPDATE repeatable_requests SET answer = $2 WHERE digest = $1";
        self.write(move |tx| Box::pin(async move { execute!(tx, sql, digest.as_str(), answer.as_str()).map(drop) }))
            .await
    }

    /// Forgets a recorded request that had no effect.
    pub async fn forget_request(&self, digest: String) -> Result<(), StoreError> {
        let sql = "DELETE FROM repeatable_requests WHERE digest = $1";
        self.write(move |tx| Box::pin(async move { execute!(tx, sql, digest.as_str()).map(drop) })).await
    }
}
