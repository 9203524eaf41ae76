//! The log: one thread writes it, and no other thread waits for it.
//!
//! Not tracing-appender, because it reports write errors on standard output, which is often the same pipe.

use crate::{
    model::Timestamp,
    server::{
        clock::Clock,
        settings::{Log, LogFormat},
    },
};
use std::{
    cell::Cell,
    fmt,
    io::{self, IsTerminal, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use tracing::{Level, field::Field};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    fmt::{format, time::FormatTime},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// How many lines may wait to be written. Further lines are dropped and counted.
const WAITING: usize = 4096;
/// How often a flush checks for room in the queue.
const LOOK: Duration = Duration::from_millis(10);

/// The log of a running server. Other commands have none.
static LINES: OnceLock<Lines> = OnceLock::new();

thread_local! {
    static WRITES: Cell<bool> = const { Cell::new(false) };
}

/// Handle to the thread that writes the log.
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
    // sqlx logs every notice at the chosen level; only its warnings matter here.
    let ours = Targets::new().with_default(settings.level).with_target("sqlx", settings.level.min(Level::WARN));
    let layer = tracing_subscriber::fmt::layer().with_writer(|| lines.clone()).with_target(false);
    match settings.format {
        LogFormat::Json => {
            tracing_subscriber::registry().with(layer.json().flatten_event(true).with_filter(ours)).init();
        }
        LogFormat::Pretty => {
            let layer = layer.fmt_fields(format::debug_fn(write_field)).with_timer(InSeconds);
            // The layer itself looks at NO_COLOR only.
            let layer = if io::stderr().is_terminal() { layer } else { layer.with_ansi(false) };
            tracing_subscriber::registry().with(layer.with_filter(ours)).init();
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        // The location only: a panic's message may hold a secret.
        tracing::error!(at = panic.location().map(ToString::to_string), "panic");
    }));
    Ok(())
}

/// Writes one field of an event in the pretty format. A request's message has the fields in words already.
fn write_field(writer: &mut format::Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(writer, "{value:?}"),
        "method" | "path" | "status" | "duration_ms" => Ok(()),
        "request_id" => write!(writer, " id={value:?}"),
        name if name.starts_with("log.") => Ok(()),
        name => write!(writer, " {name}={value:?}"),
    }
}

/// Writes the time in UTC, to the second.
struct InSeconds;

impl FormatTime for InSeconds {
    fn format_time(&self, writer: &mut format::Writer<'_>) -> fmt::Result {
        write!(writer, "{}", Timestamp::from_seconds(Clock::System.now().seconds()))
    }
}

/// Prints a line to standard error, in order with the log lines if the log has been started.
pub fn say(text: &str) {
    // Standard error may be closed, which must not stop the process.
    let _ = match LINES.get() {
        Some(lines) => writeln!(lines.clone(), "{text}"),
        None => writeln!(io::stderr(), "{text}"),
    };
}

/// Waits until everything logged so far is written, for at most `patience`.
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
                // Standard error may be closed, which must not stop the log.
                let _ = io::stderr().write_all(&line);
            }
            Job::Flush(reply) => {
                let _ = reply.send(());
            }
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            tracing::warn!("dropped {count} log lines: the reader of the log is too slow");
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if WRITES.get() {
            // The writing thread must not wait for itself.
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
