//! The log: one thread writes it, and nobody waits for that thread.
//!
//! Our own, because tracing-appender says on standard output that it can't write, which is often the same pipe.

use crate::server::settings::{Log, LogFormat};
use std::{
    cell::Cell,
    io::{self, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use tracing::Level;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// How many lines wait for whoever reads; what comes then is dropped and counted.
const WAITING: usize = 4096;
/// How often a flush looks for room among the lines that wait.
const LOOK: Duration = Duration::from_millis(10);

/// The log of a running server; other commands have none.
static LINES: OnceLock<Lines> = OnceLock::new();

thread_local! {
    static WRITES: Cell<bool> = const { Cell::new(false) };
}

/// The hand that gives lines to the thread that writes them.
#[derive(Clone)]
struct Lines {
    queue: SyncSender<Job>,
    dropped: Arc<AtomicU64>,
}

enum Job {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// Starts the log on standard error.
pub fn start(settings: &Log) -> io::Result<()> {
    let (queue, jobs) = sync_channel(WAITING);
    let dropped = Arc::<AtomicU64>::default();
    let lines = LINES.get_or_init(|| Lines { queue, dropped: Arc::clone(&dropped) });
    thread::Builder::new().name("log".to_owned()).spawn(move || write(&jobs, &dropped))?;
    // The database library tells of every notice; people want what we say.
    let ours = Targets::new().with_default(settings.level).with_target("sqlx", settings.level.min(Level::WARN));
    let layer = tracing_subscriber::fmt::layer().with_writer(|| lines.clone()).with_target(false);
    match settings.format {
        LogFormat::Json => {
            tracing_subscriber::registry().with(layer.json().flatten_event(true).with_filter(ours)).init();
        }
        LogFormat::Pretty => tracing_subscriber::registry().with(layer.with_filter(ours)).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        // Where, never what: a panic's message may hold anything.
        tracing::error!(at = panic.location().map(ToString::to_string), "a panic");
    }));
    Ok(())
}

/// Says something to whoever started the process, in turn with the log where there is one.
pub fn say(text: &str) {
    // Nobody may be there to read it, which stops nothing.
    let _ = match LINES.get() {
        Some(lines) => writeln!(lines.clone(), "{text}"),
        None => writeln!(io::stderr(), "{text}"),
    };
}

/// Waits until all that was said so far is written, but no longer than `patience`.
pub fn flush(patience: Duration) {
    let Some(lines) = LINES.get() else { return };
    let deadline = Instant::now() + patience;
    let (reply, flushed) = sync_channel(1);
    while lines.queue.try_send(Job::Flush(reply.clone())).is_err() {
        if deadline < Instant::now() {
            return;
        }
        thread::sleep(LOOK);
    }
    let _ = flushed.recv_timeout(deadline.saturating_duration_since(Instant::now()));
}

fn write(jobs: &Receiver<Job>, dropped: &AtomicU64) {
    WRITES.set(true);
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Line(line) => {
                // Nobody reads any more: that stops nothing.
                let _ = io::stderr().write_all(&line);
            }
            Job::Flush(reply) => {
                let _ = reply.send(());
            }
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            tracing::warn!("{count} log lines were dropped, because nobody read them");
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if WRITES.get() {
            // The thread that writes must not wait for itself.
            return io::stderr().write(line);
        }
        if self.queue.try_send(Job::Line(line.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
