//! The supervisor: starts jobs, catches their panics, restarts them and stops them.

use super::{
    Job, Leases, Schedule, Scope, Services,
    failures::{Failures, Outcome},
};
use crate::server::services::ServiceError;
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long shutdown waits for the jobs.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// All background tasks of the process. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    timed: Group,
    /// Tasks that write what requests queue. They run until the database is closed.
    writers: Group,
    failures: Failures,
    leases: Leases,
}

/// Tasks that stop together.
#[derive(Clone, Default)]
struct Group {
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Drops the tasks that do not stop in time.
    abort: CancellationToken,
}

impl Jobs {
    pub(in crate::server::services) fn new(leases: Leases) -> Self {
        Self { timed: Group::default(), writers: Group::default(), failures: Failures::default(), leases }
    }

    /// Returns the jobs that keep failing.
    pub fn failing(&self) -> Vec<&'static str> {
        self.failures.lasting()
    }

    /// Returns the leases of this process.
    pub fn leases(&self) -> &Leases {
        &self.leases
    }

    /// Keeps a writer running until it returns or [`Jobs::end_writers`] is called.
    pub(in crate::server::services) fn keep<F, W>(&self, name: &'static str, writer: F)
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let failures = self.failures.clone();
        self.writers.spawn(|stop| async move {
            keep(name, &failures, &stop, || {
                let running = writer();
                async move {
                    running.await;
                    Ok(())
                }
            })
            .await;
        });
    }

    pub(super) fn start(&self, job: &'static Job, services: Services) {
        let (failures, leases) = (self.failures.clone(), self.leases.clone());
        self.timed.spawn(|stop| async move {
            if let Schedule::Always = job.schedule {
                keep(job.name, &failures, &stop, || (job.run)(&services)).await;
                return;
            }
            while !stop.is_cancelled() {
                let outcome = caught(run(job, &services, &leases)).await;
                let pause = failures.note(job.name, &outcome, job.schedule.period());
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = next_run(job.schedule, &services, pause) => {}
                }
            }
        });
    }

    /// Lets every job finish its run, within 10 s, and releases the leases.
    pub(super) async fn stop(&self) {
        self.timed.end().await;
        self.leases.drop_all().await;
    }

    /// Stops the writers. What they have not written by then is lost.
    pub(in crate::server::services) async fn end_writers(&self) {
        self.writers.end().await;
    }
}

impl Group {
    fn spawn<F, W>(&self, task: F)
    where
        F: FnOnce(CancellationToken) -> W,
        W: Future<Output = ()> + Send + 'static,
    {
        let (abort, task) = (self.abort.clone(), task(self.stop.clone()));
        self.tasks.spawn(async move {
            tokio::select! {
                () = abort.cancelled() => {}
                () = task => {}
            }
        });
    }

    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(SHUTDOWN_GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!(jobs = self.tasks.len(), "background jobs did not finish in time");
            self.abort.cancel();
        }
    }
}

async fn run(job: &Job, services: &Services, leases: &Leases) -> Result<(), ServiceError> {
    if job.scope == Scope::Lease && !leases.hold(job.name).await? {
        return Ok(());
    }
    (job.run)(services).await
}

async fn next_run(schedule: Schedule, services: &Services, pause: Duration) {
    match schedule {
        // A notification does not shorten the wait after a failure.
        _ if !pause.is_zero() => sleep(pause).await,
        Schedule::EveryOrWoken(period, woken) => drop(timeout(period, woken(services).notified()).await),
        Schedule::Every(_) | Schedule::Always => sleep(schedule.period()).await,
    }
}

impl Schedule {
    fn period(self) -> Duration {
        match self {
            Self::Every(period) | Self::EveryOrWoken(period, _) => period,
            Self::Always => Duration::MAX,
        }
    }
}

/// Runs `task` until it succeeds or `stop` is cancelled, and restarts it after each failure.
async fn keep<F, W>(name: &'static str, failures: &Failures, stop: &CancellationToken, task: F)
where
    F: Fn() -> W,
    W: Future<Output = Result<(), ServiceError>>,
{
    let running = async {
        loop {
            let outcome = caught(async { task().await }).await;
            let pause = failures.note(name, &outcome, Duration::MAX);
            if let Outcome::Done = outcome {
                return;
            }
            sleep(pause).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = running => {}
    }
}

async fn caught(run: impl Future<Output = Result<(), ServiceError>>) -> Outcome<ServiceError> {
    match AssertUnwindSafe(run).catch_unwind().await {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(error)) => Outcome::Failed(error),
        Err(_) => Outcome::Panicked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::StoreError;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_task_that_panics_or_fails_is_restarted() {
        let (runs, failures, stop) = (AtomicU32::new(0), Failures::default(), CancellationToken::new());
        keep("fragile", &failures, &stop, || async {
            match runs.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("a job breaks off"),
                1 => Err(StoreError::BrokenOff.into()),
                _ => Ok(()),
            }
        })
        .await;
        assert_eq!(runs.load(Ordering::SeqCst), 3);
        assert!(failures.lasting().is_empty(), "it is well again");
    }

    #[tokio::test]
    async fn a_stop_ends_a_task_that_would_run_forever() {
        let group = Group::default();
        group.spawn(|stop| async move {
            keep("endless", &Failures::default(), &stop, std::future::pending).await;
        });
        group.end().await;
        assert!(group.tasks.is_empty());
    }
}
