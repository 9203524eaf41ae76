//! Background work: a table of jobs, and the supervisor that keeps them running.

mod failures;
mod lease;
mod supervisor;
mod table;

use super::{ServiceError, Services};
use futures::future::BoxFuture;
pub use lease::Leases;
use std::time::Duration;
pub use supervisor::Jobs;
use tokio::sync::Notify;

/// One kind of background work.
struct Job {
    /// As the log and `/ready` name it.
    name: &'static str,
    schedule: Schedule,
    scope: Scope,
    run: for<'a> fn(&'a Services) -> BoxFuture<'a, Result<(), ServiceError>>,
}

/// When a job runs.
#[derive(Clone, Copy)]
enum Schedule {
    /// This long after its last run.
    Every(Duration),
    /// The same, and at once when it is woken.
    EveryOrWoken(Duration, for<'a> fn(&'a Services) -> &'a Notify),
    /// All the time: it returns only when it fails, or when there is nothing to do here.
    Always,
}

/// Which nodes run a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    EachNode,
    /// One node at a time, the one that holds the lease of the job's name.
    Lease,
}

impl Services {
    /// Starts every job of the table.
    pub fn start_jobs(&self) {
        for job in table::JOBS {
            self.jobs.start(job, self.clone());
        }
    }

    /// Lets the jobs finish what they are doing, each for a bounded time, and starts nothing more.
    pub async fn stop_jobs(&self) {
        self.jobs.stop().await;
        self.mail.finish().await;
    }
}
