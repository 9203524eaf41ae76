//! The clock, passed as an argument.

use crate::model::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Source of the current time: the machine's clock, or one that a test sets.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until a test moves it: monotonic milliseconds, plus the offset of the wall clock.
    Settable { steady: Arc<AtomicI64>, offset: Arc<AtomicI64> },
}

impl Clock {
    /// Returns a clock that stands at `at` until it is moved.
    pub fn standing_at(at: Timestamp) -> Self {
        Self::Settable { steady: Arc::new(AtomicI64::new(at.0)), offset: Arc::default() }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Settable { steady, offset } => {
                Timestamp(steady.load(Ordering::SeqCst) + offset.load(Ordering::SeqCst))
            }
        }
    }

    /// Returns how long the machine has run. Unlike the wall clock it is never set, and it includes time asleep.
    pub fn elapsed(&self) -> Duration {
        match self {
            Self::System => system_elapsed(),
            Self::Settable { steady, .. } => Duration::from_millis(steady.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// Returns what this clock would show if it were right, when the database's clock shows `theirs`.
    pub fn corresponding(&self, theirs: Timestamp) -> Timestamp {
        match self {
            Self::System => theirs,
            Self::Settable { steady, .. } => Timestamp(steady.load(Ordering::SeqCst)),
        }
    }

    /// Returns the clock of another machine that is `by` milliseconds ahead of this one.
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

    /// Moves a settable clock forward. Does nothing to the system clock.
    pub fn advance(&self, span: Duration) {
        if let Self::Settable { steady, .. } = self {
            steady.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Moves the wall clock of a settable clock by `by` milliseconds, as an operator sets a machine's clock.
    pub fn jump(&self, by: i64) {
        if let Self::Settable { offset, .. } = self {
            offset.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// Returns the time since boot, including the time that a laptop or a virtual machine was suspended.
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

#[expect(clippy::disallowed_methods, reason = "the only place that reads the machine's clock")]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
