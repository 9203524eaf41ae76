//! Race tests: many tasks released by one barrier, in many rounds.

mod flood;
mod queue;
mod refresh;
mod revocation;
mod roles;
mod rotation;
mod sign_in;
mod slow_body;
mod walks;

use std::{future::Future, sync::Arc};
use tokio::sync::Barrier;

/// Runs `count` tasks, released at the same moment, and returns their results.
pub async fn race<T, F>(count: usize, racer: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(count));
    let tasks: Vec<_> = (0..count)
        .map(|number| {
            let (barrier, run) = (Arc::clone(&barrier), racer(number));
            tokio::spawn(async move {
                barrier.wait().await;
                run.await
            })
        })
        .collect();
    let mut ends = Vec::new();
    for task in tasks {
        ends.push(task.await.unwrap());
    }
    ends
}
