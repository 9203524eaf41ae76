//! SQLite's one writer: takes the operations that wait into one transaction, so that many share
//! the cost of one durable commit.

use super::{
    StoreError,
    db::{Tx, Written, in_time},
};
use futures::FutureExt;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

/// How many operations share a commit at most, and for how long they may gather.
const GROUP: usize = 64;
const PIECE: Duration = Duration::from_millis(50);

/// Says how the commit went to whoever waits for one operation.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Running<'a> = Pin<Box<dyn Future<Output = (bool, Answer)> + Send + 'a>>;
type Operation = Box<dyn for<'a> FnOnce(&'a mut Tx) -> Running<'a> + Send>;

/// The hand that gives operations to the writing task.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    /// A connection of its own, because `data_version` tells only of what others have committed. None after the
    /// close.
    watcher: Arc<Mutex<Option<SqliteConnection>>>,
}

enum Job {
    Write(Operation),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Opens the write connection and starts its task.
    pub(super) async fn start(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = options.connect().await?;
        let watcher = options.clone().connect().await?;
        let (queue, jobs) = mpsc::channel(1024);
        tokio::spawn(run(Tx::Sqlite(connection), jobs));
        Ok(Self { queue, watcher: Arc::new(Mutex::new(Some(watcher))) })
    }

    /// Does `operation` in the next group; answers after the commit, if that is within `patience`.
    pub(super) async fn write<T, F>(&self, patience: Duration, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Operation = Box::new(move |tx| {
            Box::pin(async move {
                let result = AssertUnwindSafe(operation(tx)).catch_unwind().await.unwrap_or(Err(StoreError::BrokenOff));
                let succeeded = result.is_ok();
                let answer: Answer = Box::new(move |committed| {
                    // Nobody may be waiting any more; the operation stands all the same.
                    let _ = reply.send(result.and_then(|value| committed.map(|()| value)));
                });
                (succeeded, answer)
            })
        });
        let done = timeout(patience, async {
            self.queue.send(Job::Write(job)).await.map_err(|_| StoreError::Unavailable(None))?;
            answer.await.map_err(|_| StoreError::Unavailable(None))?
        });
        done.await.unwrap_or(Err(StoreError::Unavailable(None)))
    }

    pub(super) async fn data_version(&self) -> Result<i64, StoreError> {
        in_time(async {
            let mut watcher = self.watcher.lock().await;
            let watcher = watcher.as_mut().ok_or(sqlx::Error::PoolClosed)?;
            sqlx::query_scalar("PRAGMA data_version").fetch_one(watcher).await
        })
        .await
    }

    /// Closes both connections, the one that writes last.
    pub(super) async fn close(&self) {
        if let Some(watcher) = self.watcher.lock().await.take() {
            let _ = watcher.close().await;
        }
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Job::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn run(mut tx: Tx, mut jobs: mpsc::Receiver<Job>) {
    let mut left_over = None;
    while let Some(job) = match left_over.take() {
        Some(job) => Some(job),
        None => jobs.recv().await,
    } {
        match job {
            Job::Write(first) => left_over = write_group(&mut tx, first, &mut jobs).await,
            Job::Close(reply) => {
                // So that the file alone is the whole database. Passive: the other kinds hold the lock of
                // writers for as long as they wait for somebody else's readers.
                let _ = statement(&mut tx, "PRAGMA wal_checkpoint(PASSIVE)").await;
                // Not only dropped: the process may end before a thread of its own has closed the file.
                if let Tx::Sqlite(connection) = tx {
                    let _ = connection.close().await;
                }
                let _ = reply.send(());
                return;
            }
        }
    }
}

/// Runs `first` and whatever else waits in one transaction. Answers the job that ended the group,
/// if it was one that can't share. An operation that is dropped unanswered tells its caller
/// `Unavailable` by itself.
async fn write_group(tx: &mut Tx, first: Operation, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        tracing::warn!(cause = ?error, "the database is held by somebody else");
        // Whoever came meanwhile has waited as long: nobody waits for each other's turn to fail.
        while let Ok(job) = jobs.try_recv() {
            if !matches!(job, Job::Write(_)) {
                return Some(job);
            }
        }
        return None;
    }
    let began = Instant::now();
    let mut answers = Vec::new();
    let mut next = Some(first);
    let mut left_over = None;
    while let Some(operation) = next.take() {
        answers.extend(within_savepoint(tx, operation).await);
        if answers.len() < GROUP && began.elapsed() < PIECE {
            match jobs.try_recv() {
                Ok(Job::Write(operation)) => next = Some(operation),
                Ok(other) => left_over = Some(other),
                Err(_) => {}
            }
        }
    }
    let committed = statement(tx, "COMMIT").await;
    if let Err(error) = &committed {
        tracing::error!(cause = ?error, operations = answers.len(), "a commit failed");
        let _ = statement(tx, "ROLLBACK").await;
    }
    for answer in answers {
        answer(if committed.is_ok() { Ok(()) } else { Err(StoreError::Unavailable(None)) });
    }
    left_over
}

/// One operation: kept whole, or undone whole without harm to the others of its group.
async fn within_savepoint(tx: &mut Tx, operation: Operation) -> Option<Answer> {
    statement(tx, "SAVEPOINT operation").await.ok()?;
    let (succeeded, answer) = operation(tx).await;
    if !succeeded {
        // A failed statement may have ended the savepoint, or the transaction, already.
        let _ = statement(tx, "ROLLBACK TO operation").await;
    }
    let _ = statement(tx, "RELEASE operation").await;
    Some(answer)
}

async fn statement(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Tx::Sqlite(connection) = tx else { return Err(StoreError::BrokenOff) };
    sqlx::query(sql).execute(connection).await?;
    Ok(())
}
