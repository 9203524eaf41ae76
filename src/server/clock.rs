//! Time, as an argument.

use crate::model::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time: the machine's, or one that a test sets.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands still until it is moved: a steady clock in milliseconds, and what the time of day adds to it.
    Settable { steady: Arc<AtomicI64>, offset: Arc<AtomicI64> },
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn standing_at(at: Timestamp) -> Self {
        Self::Settable { steady: Arc::new(AtomicI64::new(at.0)), offset: Arc::default() }
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Settable { steady, offset } => {
                Timestamp(steady.load(Ordering::SeqCst) + offset.load(Ordering::SeqCst))
            }
        }
    }

    /// How long the machine has run. Unlike the time of day it is never set, and it goes on while the machine sleeps.
    pub fn elapsed(&self) -> Duration {
        match self {
            Self::System => system_elapsed(),
            Self::Settable { steady, .. } => Duration::from_millis(steady.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// What this clock would say if it were right, when the database's clock says `theirs`.
    pub fn corresponding(&self, theirs: Timestamp) -> Timestamp {
        match self {
            Self::System => theirs,
            Self::Settable { steady, .. } => Timestamp(steady.load(Ordering::SeqCst)),
        }
    }

    /// The clock of another machine at the same time, set so many milliseconds later.
    #[must_use]
    pub fn ahead(&self, by: i64) -> Self {
        match self {
            Self::System => Self::System,
            Self::Settable { steady, offset } => {
                let offset = Arc::new(AtomicI64::new(offset.load(Ordering::SeqCst) + by));
                Self::Settable { steady: Arc::clone(steady), offset }
            }
        }
    }

    /// Moves a settable clock on; the machine's goes by itself.
    pub fn advance(&self, span: Duration) {
        if let Self::Settable { steady, .. } = self {
            steady.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Sets the time of day of a settable clock by so many milliseconds, as somebody sets a machine's.
    pub fn jump(&self, by: i64) {
        if let Self::Settable { offset, .. } = self {
            offset.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// Time since the machine started, which the sleep of a laptop or a virtual machine does not stop.
#[cfg(target_os = "linux")]
fn system_elapsed() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(not(target_os = "linux"))]
fn system_elapsed() -> Duration {
    static STARTED: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    STARTED.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
