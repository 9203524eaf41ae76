//! A circuit breaker for the mail server.

use std::time::Duration;

/// How many failures in a row open the breaker.
const FAILURES: u32 = 3;
/// How long the breaker stays open, at first and at most.
const SHORTEST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(5);

/// Blocks delivery to an unreachable server until a pause is over, then admits one probe. Times are of the
/// steady clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaker {
    Closed { failures: u32 },
    Open { until: Duration, pause: Duration },
    Probing { until: Duration, pause: Duration },
}

impl Breaker {
    /// Returns whether one more delivery may start. The caller must report its result afterwards.
    pub fn admits(&mut self, now: Duration) -> bool {
        match *self {
            Self::Closed { .. } => true,
            Self::Open { until, pause } if now >= until => {
                *self = Self::Probing { until, pause };
                true
            }
            Self::Open { .. } | Self::Probing { .. } => false,
        }
    }

    /// Reports that the server was reached.
    pub fn reached(&mut self) {
        *self = Self::Closed { failures: 0 };
    }

    /// Reports that the server was not reached. While the breaker is open, this changes nothing.
    pub fn unreachable(&mut self, now: Duration) {
        *self = match *self {
            Self::Closed { failures } if failures + 1 < FAILURES => Self::Closed { failures: failures + 1 },
            Self::Closed { .. } => Self::Open { until: now + SHORTEST, pause: SHORTEST },
            Self::Probing { pause, .. } => {
                let pause = (pause * 2).min(LONGEST);
                Self::Open { until: now + pause, pause }
            }
            open @ Self::Open { .. } => open,
        };
    }

    /// Reports that an admitted delivery was not attempted.
    pub fn untried(&mut self) {
        if let Self::Probing { until, pause } = *self {
            *self = Self::Open { until, pause };
        }
    }

    /// Returns whether mails are waiting for the server.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Duration = Duration::ZERO;

    fn opened() -> Breaker {
        let mut breaker = Breaker::Closed { failures: 0 };
        for _ in 0..FAILURES {
            assert!(breaker.admits(BEGIN));
            breaker.unreachable(BEGIN);
        }
        breaker
    }

    #[test]
    fn three_failures_in_a_row_open_it_and_a_success_in_between_resets_the_count() {
        let mut breaker = Breaker::Closed { failures: 0 };
        breaker.unreachable(BEGIN);
        breaker.unreachable(BEGIN);
        breaker.reached();
        breaker.unreachable(BEGIN);
        breaker.unreachable(BEGIN);
        assert!(breaker.admits(BEGIN));
        assert!(!opened().admits(BEGIN));
    }

    #[test]
    fn after_the_pause_one_delivery_may_try_and_its_success_admits_all() {
        let mut breaker = opened();
        let later = BEGIN + SHORTEST;
        assert!(breaker.admits(later));
        assert!(!breaker.admits(later), "one at a time");
        breaker.reached();
        assert!(breaker.admits(later) && breaker.admits(later));
    }

    #[test]
    fn each_failed_probe_doubles_the_pause_up_to_five_minutes() {
        let (mut breaker, mut now) = (opened(), BEGIN);
        for seconds in [30, 60, 120, 240, 300, 300] {
            let pause = Duration::from_secs(seconds);
            let before = now + Duration::from_secs(seconds - 1);
            assert!(!breaker.admits(before), "{seconds}");
            now += pause;
            assert!(breaker.admits(now), "{seconds}");
            breaker.unreachable(now);
        }
    }

    #[test]
    fn a_probe_that_was_skipped_is_left_to_the_next_delivery() {
        let mut breaker = opened();
        let later = BEGIN + SHORTEST;
        assert!(breaker.admits(later));
        breaker.untried();
        assert!(breaker.admits(later));
    }
}
