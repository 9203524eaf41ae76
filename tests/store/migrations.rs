//! A newer version next to this one.

use crate::{app::TestApp, on_both_databases};
use claviger::server::store::StoreError;
use serde_json::{Value, json};

/// Inserts a migration of a newer version.
const NEWER: &str = "
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    SELECT 9999, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";

async fn ready(app: &TestApp) -> (u16, Value) {
    app.services.readiness.probe().await.unwrap();
    let answer = app.get("/ready").send().await;
    (answer.status, answer.json()["reasons"].clone())
}

on_both_databases! {
    async fn additions_of_a_newer_version_leave_this_one_ready_and_able_to_start(app) {
        app.run_sql(NEWER).await;
        assert_eq!(ready(&app).await, (200, json!([])));
        assert_eq!(app.db.newer_schema().await, Some(9999));
        assert_eq!(app.db.migrate().await.unwrap(), 0);
        assert!(app.db.is_migrated().await);
        let later = app.restart(&[]).await;
        app.user("ada").await;
        later.tokens("ada").await;
        later.db.close().await;
    }

    async fn a_schema_that_needs_a_newer_version_is_reported_by_ready_and_at_the_start(app) {
        app.run_sql("UPDATE compatibility SET schema = 9999, version = '9.8.7'").await;
        assert_eq!(ready(&app).await, (503, json!(["migrations"])));
        let Err(StoreError::Newer { version, needed, .. }) = app.db.migrate().await else { panic!("it is newer") };
        assert_eq!((version.as_str(), needed), ("9.8.7", 9999));
    }

    async fn a_missing_migration_is_reported_by_ready(app) {
        app.run_sql("DELETE FROM _sqlx_migrations WHERE version = 8").await;
        assert_eq!(ready(&app).await, (503, json!(["migrations"])));
    }
}
