//! Marks that a session was seen, off the request's path: a mark lost in a crash costs one
//! tolerated replay, never a sign-out.

use super::Claims;
use crate::{
    model::{SessionId, Timestamp},
    server::store::Db,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// A session that goes on using the same generation is marked this often.
const EVERY: Duration = Duration::from_mins(1);
/// How many sessions this node remembers having marked; past it, all are forgotten and marked anew.
const REMEMBERED: usize = 100_000;
const WAITING: usize = 10_000;
const BATCH: usize = 500;

type Touch = (SessionId, i64, Timestamp);

/// The hand that gives marks to the task that writes them.
#[derive(Clone)]
pub struct Touches {
    marked: Arc<Mutex<HashMap<SessionId, (i64, Timestamp)>>>,
    queue: mpsc::Sender<Job>,
}

enum Job {
    Touch(Touch),
    Flush(oneshot::Sender<()>),
}

impl Touches {
    /// Starts the task that writes.
    pub fn start(db: Db) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING);
        tokio::spawn(write(db, jobs));
        Self { marked: Arc::default(), queue }
    }

    /// Marks that a token was used: at once when its generation is new here, else once a minute.
    pub fn touch(&self, claims: &Claims, now: Timestamp) {
        if !self.is_due(claims, now) {
            return;
        }
        // A full queue drops the mark; the next request brings another.
        if self.queue.try_send(Job::Touch((claims.session, claims.generation, now))).is_err() {
            self.marked.lock().unwrap_or_else(PoisonError::into_inner).remove(&claims.session);
        }
    }

    /// Waits until every mark made so far is written.
    pub async fn flush(&self) {
        let (reply, flushed) = oneshot::channel();
        if self.queue.send(Job::Flush(reply)).await.is_ok() {
            let _ = flushed.await;
        }
    }

    fn is_due(&self, claims: &Claims, now: Timestamp) -> bool {
        let mut marked = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        match marked.get(&claims.session) {
            Some((generation, at)) if claims.generation <= *generation && now < *at + EVERY => return false,
            _ => {}
        }
        if marked.len() >= REMEMBERED {
            marked.clear();
        }
        marked.insert(claims.session, (claims.generation, now));
        true
    }
}

async fn write(db: Db, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut waiting, BATCH).await > 0 {
        let mut touches = Vec::new();
        let mut flushed = Vec::new();
        for job in waiting.drain(..) {
            match job {
                Job::Touch(touch) => touches.push(touch),
                Job::Flush(reply) => flushed.push(reply),
            }
        }
        if !touches.is_empty()
            && let Err(error) = db.touch_sessions(touches).await
        {
            tracing::warn!(cause = ?error, "marks of use were lost");
        }
        for reply in flushed {
            let _ = reply.send(());
        }
    }
}
