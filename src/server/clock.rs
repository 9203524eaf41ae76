//! Time, as an argument.

use crate::model::Timestamp;
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicI64, Ordering},
};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Tells the time: the machine's, or one that a test sets.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands still until it is moved.
    Settable(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn standing_at(at: Timestamp) -> Self {
        Self::Settable(Arc::new(AtomicI64::new(at.0)))
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Settable(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// How long it has run. Unlike the time of day it is never set back.
    pub fn elapsed(&self) -> Duration {
        match self {
            Self::System => STARTED.elapsed(),
            Self::Settable(at) => Duration::from_millis(at.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// Moves a settable clock on; the machine's goes by itself.
    pub fn advance(&self, span: Duration) {
        if let Self::Settable(at) = self {
            at.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
