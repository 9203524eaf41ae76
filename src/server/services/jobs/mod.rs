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
    /// The name in logs and in `/ready`.
    name: &'static str,
    schedule: Schedule,
    scope: Scope,
    run: for<'a> fn(&'a Services) -> BoxFuture<'a, Result<(), ServiceError>>,
}

/// When a job runs.
#[derive(Clone, Copy)]
enum Schedule {
    /// This long after the end of the last run.
    Every(Duration),
    /// Like `Every`, and at once when notified.
    EveryOrWoken(Duration, for<'a> fn(&'a Services) -> &'a Notify),
    /// Always running. The job returns only if it fails or has nothing to do on this node.
    Always,
}

/// Which nodes run a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    EachNode,
    /// One node at a time: the one that holds the lease with the job's name.
    Lease,
}

impl Services {
    /// Starts every job in the table.
    pub fn start_jobs(&self) {
        for job in table::JOBS {
            self.jobs.start(job, self.clone());
        }
    }

    /// Stops the jobs and the mail delivery. Lets them finish what they are doing, each within a time limit.
    pub async fn stop_jobs(&self) {
        self.jobs.stop().await;
        self.mail.finish().await;
    }
}
