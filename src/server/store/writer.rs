//! SQLite's single writer: runs waiting operations in one transaction, so that many share the cost of one
//! durable commit.

use super::{
    StoreError,
    db::{Tx, Written, in_time},
};
use futures::FutureExt;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    ops::ControlFlow,
    os::unix::fs::MetadataExt,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

/// How many operations share a commit at most, and for how long they are collected.
const GROUP: usize = 64;
const PIECE: Duration = Duration::from_millis(50);
/// How long to wait before opening the file again after a failure.
const RECONNECT: Duration = Duration::from_secs(1);

/// Reports the result of the commit to the caller of one operation.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Running<'a> = Pin<Box<dyn Future<Output = (bool, Answer)> + Send + 'a>>;
type Operation = Box<dyn for<'a> FnOnce(&'a mut Tx) -> Running<'a> + Send>;

/// Handle to the writing task.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    /// A separate connection, because `data_version` reports only commits of other connections. `None` after the close.
    watcher: Arc<Mutex<Option<SqliteConnection>>>,
    file: Arc<OpenFile>,
}

/// The database file, and whether it can still be relied on.
struct OpenFile {
    path: PathBuf,
    /// Device and inode when it was opened.
    identity: Option<(u64, u64)>,
    is_refusing: AtomicBool,
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
        tokio::spawn(keep_running(options.clone(), connection, jobs));
        let path = options.get_filename().to_owned();
        let file = OpenFile { identity: identity(&path), path, is_refusing: AtomicBool::new(false) };
        Ok(Self { queue, watcher: Arc::new(Mutex::new(Some(watcher))), file: Arc::new(file) })
    }

    /// Returns whether the path still leads to the open file: another program may have replaced or deleted it, and
    /// then other processes no longer see what is written here.
    pub(super) fn has_its_file(&self) -> bool {
        identity(&self.file.path) == self.file.identity
    }

    pub(super) fn refuse(&self, is_refusing: bool) {
        self.file.is_refusing.store(is_refusing, Ordering::Relaxed);
    }

    pub(super) fn is_refusing(&self) -> bool {
        self.file.is_refusing.load(Ordering::Relaxed)
    }

    /// Runs `operation` in the next group. Returns after the commit, if that is within `patience`.
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
                    // The caller may be gone; the operation is kept all the same.
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

    /// Closes both connections, the writing one last.
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

fn identity(file: &Path) -> Option<(u64, u64)> {
    fs::metadata(file).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Runs the writing task to its end. After a panic or a failed BEGIN or COMMIT it opens a new connection,
/// because the state of the old one is unknown.
async fn keep_running(options: SqliteConnectOptions, connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>) {
    let mut connection = Some(connection);
    let mut left_over = None;
    loop {
        let mut tx = match connection.take() {
            Some(connection) => Tx::Sqlite(connection),
            None => match options.connect().await {
                Ok(connection) => Tx::Sqlite(connection),
                Err(error) => {
                    tracing::warn!(cause = ?error, "can't open the database for writing");
                    left_over = left_over.or_else(|| refuse_waiting(&mut jobs));
                    if let Some(Job::Close(_)) = left_over {
                        return;
                    }
                    tokio::time::sleep(RECONNECT).await;
                    continue;
                }
            },
        };
        match AssertUnwindSafe(run(&mut tx, &mut left_over, &mut jobs)).catch_unwind().await {
            Ok(ControlFlow::Break(closed)) => {
                // An explicit close: the process may end before sqlx's thread has closed a dropped connection.
                if let Tx::Sqlite(connection) = tx {
                    let _ = connection.close().await;
                }
                if let Some(closed) = closed {
                    let _ = closed.send(());
                }
                return;
            }
            Ok(ControlFlow::Continue(())) => {}
            Err(_) => tracing::error!("the database writer panicked; continuing with a new connection"),
        }
    }
}

/// Notified when the writer has closed.
type Closed = oneshot::Sender<()>;

/// Works until the database is closed (`Break`) or the connection must be replaced (`Continue`).
async fn run(tx: &mut Tx, left_over: &mut Option<Job>, jobs: &mut mpsc::Receiver<Job>) -> ControlFlow<Option<Closed>> {
    loop {
        let job = match left_over.take() {
            Some(job) => Some(job),
            None => jobs.recv().await,
        };
        match job {
            None => return ControlFlow::Break(None),
            Some(Job::Write(first)) => {
                let group = write_group(tx, first, jobs).await;
                *left_over = group.left_over;
                if !group.is_committed {
                    return ControlFlow::Continue(());
                }
            }
            Some(Job::Close(reply)) => {
                // Leaves the whole database in the file itself. PASSIVE, because the other modes hold the write
                // lock while they wait for readers.
                let _ = statement(tx, "PRAGMA wal_checkpoint(PASSIVE)").await;
                return ControlFlow::Break(Some(reply));
            }
        }
    }
}

/// How a group ended.
struct Group {
    is_committed: bool,
    /// The job that ended the group because it can't share a transaction.
    left_over: Option<Job>,
}

/// Runs `first` and further waiting operations in one transaction. The caller of an operation that is dropped
/// without a result gets `Unavailable`.
async fn write_group(tx: &mut Tx, first: Operation, jobs: &mut mpsc::Receiver<Job>) -> Group {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        tracing::warn!(cause = ?error, "database locked by another process, or not writable");
        return Group { is_committed: false, left_over: refuse_waiting(jobs) };
    }
    let began = Instant::now();
    let mut answers = Vec::new();
    let mut next = Some(first);
    let mut left_over = None;
    while let Some(operation) = next.take() {
        let (answer, is_intact) = within_savepoint(tx, operation).await;
        answers.extend(answer);
        if is_intact && answers.len() < GROUP && began.elapsed() < PIECE {
            match jobs.try_recv() {
                Ok(Job::Write(operation)) => next = Some(operation),
                Ok(other) => left_over = Some(other),
                Err(_) => {}
            }
        }
    }
    let committed = statement(tx, "COMMIT").await;
    if let Err(error) = &committed {
        tracing::error!(cause = ?error, operations = answers.len(), "commit failed");
        let _ = statement(tx, "ROLLBACK").await;
    }
    for answer in answers {
        answer(if committed.is_ok() { Ok(()) } else { Err(StoreError::Unavailable(None)) });
    }
    Group { is_committed: committed.is_ok(), left_over }
}

/// Drops all waiting operations, whose callers get `Unavailable`: they have waited as long as the failed one,
/// and must not wait for each other's failures. Returns a waiting job that is no operation.
fn refuse_waiting(jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    while let Ok(job) = jobs.try_recv() {
        if !matches!(job, Job::Write(_)) {
            return Some(job);
        }
    }
    None
}

/// Runs one operation in a savepoint: it is kept or undone as a whole, without harm to the others of its group.
/// Also returns whether the transaction still exists: SQLite may end it, for example when the disk is full. Then
/// nothing of the group is kept, and another savepoint would start a transaction of its own.
async fn within_savepoint(tx: &mut Tx, operation: Operation) -> (Option<Answer>, bool) {
    if statement(tx, "SAVEPOINT operation").await.is_err() {
        return (None, false);
    }
    let (succeeded, answer) = operation(tx).await;
    let undone = if succeeded { Ok(()) } else { statement(tx, "ROLLBACK TO operation").await };
    let released = statement(tx, "RELEASE operation").await;
    (Some(answer), undone.is_ok() && released.is_ok())
}

async fn statement(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Tx::Sqlite(connection) = tx else { return Err(StoreError::BrokenOff) };
    sqlx::query(sql).execute(connection).await?;
    Ok(())
}
