//! Counts failures of jobs and decides how long to wait before the next run.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// After how many failures in a row a job counts as failing.
const KEEPS_FAILING: u32 = 3;
/// The wait after the first failure. Each further failure doubles it.
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest wait after an error, and after a panic.
const LONGEST_AFTER_ERROR: Duration = Duration::from_secs(5);
const LONGEST_AFTER_PANIC: Duration = Duration::from_mins(1);

/// How a run ended.
pub(super) enum Outcome<E> {
    Done,
    Failed(E),
    Panicked,
}

/// How often each job has failed in a row.
#[derive(Clone, Default)]
pub(super) struct Failures(Arc<Mutex<BTreeMap<&'static str, u32>>>);

impl Failures {
    /// Returns the jobs that keep failing.
    pub fn lasting(&self) -> Vec<&'static str> {
        self.counts().iter().filter(|(_, count)| **count >= KEEPS_FAILING).map(|(name, _)| *name).collect()
    }

    /// Counts and logs how a run ended. Returns the wait before the next run: zero after a success, and after
    /// an error no longer than `period`.
    pub fn note<E: Debug>(&self, job: &'static str, outcome: &Outcome<E>, period: Duration) -> Duration {
        let longest = match outcome {
            Outcome::Done => {
                if self.counts().remove(job).is_some() {
                    tracing::info!(job, "job recovered");
                }
                return Duration::ZERO;
            }
            Outcome::Failed(_) => LONGEST_AFTER_ERROR.min(period),
            Outcome::Panicked => LONGEST_AFTER_PANIC,
        };
        let count = {
            let mut counts = self.counts();
            let count = counts.entry(job).or_default();
            *count = count.saturating_add(1);
            *count
        };
        log(job, outcome, count);
        longest.min(SHORTEST * 2_u32.saturating_pow((count - 1).min(16)))
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<&'static str, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs every panic, but of errors in a row only the first and the one that makes the job count as failing.
fn log<E: Debug>(job: &'static str, outcome: &Outcome<E>, count: u32) {
    match outcome {
        Outcome::Panicked => tracing::error!(job, failures = count, "job panicked; restarting it"),
        Outcome::Failed(error) if count == 1 => tracing::warn!(job, cause = ?error, "job failed; retrying"),
        Outcome::Failed(error) if count == KEEPS_FAILING => {
            tracing::error!(job, cause = ?error, "job keeps failing; retrying");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_job_that_keeps_failing_is_named_until_it_works_and_waits_longer_each_time() {
        let failures = Failures::default();
        let failed = Outcome::Failed("no");
        assert_eq!(failures.note("mail", &failed, MINUTE), Duration::from_millis(100));
        assert_eq!(failures.note("mail", &failed, MINUTE), Duration::from_millis(200));
        assert!(failures.lasting().is_empty());
        assert_eq!(failures.note("mail", &failed, MINUTE), Duration::from_millis(400));
        assert_eq!(failures.lasting(), ["mail"]);
        for _ in 0..50 {
            failures.note("mail", &failed, MINUTE);
        }
        assert_eq!(failures.note("mail", &failed, MINUTE), LONGEST_AFTER_ERROR);
        assert_eq!(failures.note("mail", &failed, SECOND), SECOND, "what runs often is tried as often");
        assert_eq!(failures.note::<()>("mail", &Outcome::Panicked, SECOND), LONGEST_AFTER_PANIC);
        assert_eq!(failures.note::<()>("mail", &Outcome::Done, SECOND), Duration::ZERO);
        assert!(failures.lasting().is_empty());
    }
}
