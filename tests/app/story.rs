//! Runs a test: on both databases, or in many rounds.

use super::{Database, TestApp, invariants};
use std::sync::Arc;

/// Returns how often to run a race: the short count in the usual tests, the long one in `cargo xtask soak`.
pub fn rounds(short: usize, soak: usize) -> usize {
    if is_soak() { soak } else { short }
}

/// Returns whether this is a soak run.
pub fn is_soak() -> bool {
    std::env::var_os("CLAVIGER_SOAK").is_some()
}

/// Runs each test on both databases, and checks the store's invariants afterwards.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
            use super::*;

            async fn story($app: $crate::app::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                $crate::app::run_test($crate::app::Database::migrated_sqlite().await, story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                $crate::app::run_test($crate::app::Database::migrated_postgres().await, story).await;
            }
        }
    )+ };
}

/// Runs a test on its own database.
pub async fn run_test<S, F>(database: Database, story: S)
where
    S: FnOnce(TestApp) -> F,
    F: Future<Output = ()>,
{
    let app = Box::pin(TestApp::start(database, &[])).await;
    let (database, db) = (Arc::clone(&app.database), app.db.clone());
    Box::pin(story(app)).await;
    invariants::check(&database).await;
    db.close().await;
    database.drop_it().await;
}
