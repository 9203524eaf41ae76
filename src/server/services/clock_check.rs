//! Decides whether this machine's clock can be trusted before anything is deleted or ended for good.

use crate::{
    model::Timestamp,
    server::{
        clock::Clock,
        store::{Db, StoreError},
    },
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How far the clock may differ from the database's clock or drift from the steady clock, in milliseconds.
const MARGIN: i64 = 60_000;
/// How far the clock may be ahead of the last time this database was in use. Expired rows are kept this much
/// longer than they protect, so a smaller difference does no harm.
pub(super) const UNUSED: Duration = Duration::from_hours(24);
/// How long after a jump requests should go to other nodes.
const RECENT: Duration = Duration::from_mins(5);

/// Compares the clock with the database's clock, the steady clock and the recorded last use. Cheap to clone.
#[derive(Clone)]
pub struct ClockCheck {
    db: Db,
    clock: Clock,
    /// How long an untrusted clock must run steadily before it is trusted again. By then every token issued
    /// or revoked earlier has expired, whatever the right time is.
    probation: Duration,
    /// When this database was last in use before this process started.
    last_used: Option<Timestamp>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Wall clock minus steady clock when the clock was last trusted; `None` if it never was.
    good: Option<i64>,
    doubt: Option<Doubt>,
}

/// Why the clock is not trusted.
#[derive(Clone, Copy)]
struct Doubt {
    kind: DoubtKind,
    /// Wall clock minus steady clock since the doubt began.
    offset: i64,
    /// When the doubt began, by the steady clock.
    since: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DoubtKind {
    /// It differs from the database's clock.
    Differs,
    /// It jumped against the steady clock.
    Jumped,
    /// It is far from the last time this database was in use, to either side.
    FarOff,
}

impl ClockCheck {
    /// Makes the first comparison. `longest` is the longest lifetime of an access token.
    pub(super) async fn start(db: Db, clock: Clock, longest: Duration) -> Result<Self, StoreError> {
        let db = db.apart();
        let (last_used, probation) = (db.last_used().await?, longest.max(UNUSED));
        let check = Self { db, clock, probation, last_used, state: Arc::default() };
        let (offset, since) = check.offset();
        if check.is_far_off() {
            check.doubt(Doubt { kind: DoubtKind::FarOff, offset, since });
        } else {
            check.believe(offset);
        }
        check.compare().await?;
        Ok(check)
    }

    /// Compares with the database's clock, if the database has its own.
    pub async fn compare(&self) -> Result<(), StoreError> {
        let (asked, (before, _)) = (self.clock.now(), self.offset());
        let Some(theirs) = self.db.clock().await? else {
            self.is_believed();
            return Ok(());
        };
        let theirs = self.clock.corresponding(theirs);
        let (offset, since) = self.offset();
        let is_same = asked.0 - MARGIN <= theirs.0 && theirs.0 <= self.clock.now().0 + MARGIN;
        if is_same && (before - offset).abs() <= MARGIN {
            self.believe(offset);
        } else {
            self.doubt(Doubt { kind: DoubtKind::Differs, offset, since });
        }
        Ok(())
    }

    /// Returns whether expired data may be deleted and due sessions ended by this clock. Makes no query.
    pub fn is_believed(&self) -> bool {
        let (offset, since) = self.offset();
        let (good, doubt) = {
            let state = self.state();
            (state.good, state.doubt)
        };
        let is_near = |other: i64| (offset - other).abs() <= MARGIN;
        match doubt {
            None if good.is_none_or(is_near) => true,
            Some(Doubt { kind: DoubtKind::Differs, .. }) => false,
            Some(_) if good.is_some_and(is_near) || good.is_none() && !self.is_far_off() => self.believe(offset),
            Some(doubt) if is_near(doubt.offset) => {
                since.saturating_sub(doubt.since) >= self.probation && self.believe(offset)
            }
            _ => self.doubt(Doubt { kind: DoubtKind::Jumped, offset, since }),
        }
    }

    /// Returns the time if the clock is trusted.
    pub fn believed_now(&self) -> Option<Timestamp> {
        self.is_believed().then(|| self.clock.now())
    }

    /// Returns whether requests should go to other nodes; `None` if the clock is trusted.
    pub(super) fn keeps_requests_away(&self) -> Option<bool> {
        if self.is_believed() {
            return None;
        }
        let doubt = self.state().doubt?;
        let age = self.clock.elapsed().saturating_sub(doubt.since);
        Some(match doubt.kind {
            DoubtKind::Differs => true,
            DoubtKind::Jumped => age < RECENT,
            DoubtKind::FarOff => false,
        })
    }

    fn believe(&self, offset: i64) -> bool {
        let mut state = self.state();
        state.good = Some(offset);
        if state.doubt.take().is_some() {
            tracing::info!("the clock is trusted again");
        }
        true
    }

    /// Records the doubt and logs it once.
    fn doubt(&self, doubt: Doubt) -> bool {
        let mut state = self.state();
        let is_new =
            state.doubt.is_none_or(|known| known.kind != doubt.kind || (known.offset - doubt.offset).abs() > MARGIN);
        if is_new {
            state.doubt = Some(doubt);
            let why = match doubt.kind {
                DoubtKind::Differs => "it differs from the database's by more than a minute",
                DoubtKind::Jumped => "it jumped by more than a minute",
                DoubtKind::FarOff => "it is more than a day from when this database was last in use",
            };
            tracing::warn!(why, "the clock is not trusted: nothing expires or is deleted by age");
        }
        false
    }

    fn is_far_off(&self) -> bool {
        self.last_used.is_some_and(|last_used| !self.clock.now().is_within(UNUSED, last_used))
    }

    /// Returns the wall clock minus the steady clock in milliseconds, and the steady clock.
    fn offset(&self) -> (i64, Duration) {
        let (now, steady) = (self.clock.now(), self.clock.elapsed());
        (now.0.saturating_sub(i64::try_from(steady.as_millis()).unwrap_or(i64::MAX)), steady)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
