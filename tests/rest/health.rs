//! `GET /health` and `GET /ready`: what currently works.

use crate::{
    app::{Database, TestApp},
    on_both_databases,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    time::Duration,
};

/// Returns the status and body of `/ready`.
async fn ready(app: &TestApp) -> (u16, Value) {
    let answer = app.get("/ready").send().await;
    (answer.status, answer.json())
}

/// Returns the database state in `/health`, which always responds 200.
async fn database(app: &TestApp) -> String {
    let answer = app.get("/health").send().await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("healthy")));
    answer.json()["database"].as_str().unwrap().to_owned()
}

async fn assert_ready(app: &TestApp) {
    app.services.readiness.probe().await.unwrap();
    assert_eq!(ready(app).await, (200, json!({ "status": "ready", "reasons": [] })));
    assert_eq!(database(app).await, "connected");
}

async fn assert_not_ready(app: &TestApp) {
    assert!(app.services.readiness.probe().await.is_err());
    let (status, body) = ready(app).await;
    assert_eq!((status, body["status"].as_str()), (503, Some("unavailable")));
    assert!(reasons(&body).contains(&"database".to_owned()), "{body}");
    assert_eq!(database(app).await, "unavailable");
}

fn reasons(body: &Value) -> Vec<String> {
    serde_json::from_value(body["reasons"].clone()).unwrap()
}

/// Polls `/ready` until the reasons are as wanted.
async fn until(app: &TestApp, is_wanted: impl Fn(&[String]) -> bool) {
    let reached = async {
        while !is_wanted(&reasons(&ready(app).await.1)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), reached).await.expect("it says so");
}

on_both_databases! {
    async fn a_job_that_keeps_failing_is_named_until_it_works_again(app) {
        app.services.start_jobs();
        until(&app, <[String]>::is_empty).await;
        app.run_sql("ALTER TABLE revocations RENAME TO elsewhere").await;
        until(&app, |reasons| reasons.contains(&"jobs:poll".to_owned())).await;
        until(&app, |reasons| reasons.contains(&"revocations".to_owned())).await;
        assert_eq!(database(&app).await, "connected");
        app.run_sql("ALTER TABLE elsewhere RENAME TO revocations").await;
        until(&app, <[String]>::is_empty).await;
        app.services.stop_jobs().await;
    }

    async fn a_node_that_can_not_seal_or_prune_the_audit_log_is_not_ready(app) {
        app.user("ada").await;
        app.services.audit.seal().await.unwrap();
        app.run_sql("UPDATE audit SET id = '00000000000000000000000001'").await;
        app.services.start_jobs();
        until(&app, |reasons| reasons.contains(&"jobs:sweep".to_owned())).await;
        app.run_sql("DELETE FROM audit_head").await;
        until(&app, |reasons| reasons.contains(&"jobs:audit-seal".to_owned())).await;
        assert_eq!(ready(&app).await.0, 503);
        app.services.stop_jobs().await;
    }

    async fn a_process_that_is_stopping_is_not_ready(app) {
        app.services.readiness.stopping();
        assert_eq!(ready(&app).await, (503, json!({ "status": "unavailable", "reasons": ["stopping"] })));
        assert_eq!(database(&app).await, "connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_writes_is_not_ready_on_sqlite() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        assert_ready(&app).await;
        app.run_sql("CREATE TRIGGER full BEFORE UPDATE ON nodes BEGIN SELECT RAISE(ABORT, 'full'); END").await;
        assert_not_ready(&app).await;
        app.run_sql("DROP TRIGGER full").await;
        assert_ready(&app).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_writes_is_not_ready_on_postgres() {
    crate::app::run_test(Database::postgres().await, async |app: TestApp| {
        assert_ready(&app).await;
        app.run_sql(
            "DO $$ BEGIN
               EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
             END $$;
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
        // Dead connections are noticed one by one.
        while app.db.key_fingerprint().await.is_err() {}
        assert_not_ready(&app).await;
        app.run_sql(
            "BEGIN READ WRITE;
             DO $$ BEGIN
               EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database());
             END $$;
             COMMIT;
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
        while app.services.readiness.probe().await.is_err() {}
        assert_eq!(database(&app).await, "connected");
    })
    .await;
}

/// Creates a separate app for one test, because its database does not survive.
async fn doomed() -> (TestApp, std::path::PathBuf) {
    let database = Database::sqlite();
    let Database::Sqlite(file) = &database else { unreachable!() };
    let file = file.clone();
    let app = TestApp::start(database, &[]).await;
    assert_ready(&app).await;
    (app, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_not_ready() {
    let (app, file) = doomed().await;
    // Moves everything into the main file.
    app.run_sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let length = usize::try_from(fs::metadata(&file).unwrap().len()).unwrap();
    let mut damaged = fs::OpenOptions::new().write(true).open(&file).unwrap();
    damaged.seek(SeekFrom::Start(0)).unwrap();
    damaged.write_all(&vec![b'x'; length]).unwrap();
    assert_not_ready(&app).await;
    fs::remove_dir_all(app.data_dir()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_is_not_ready() {
    let (app, file) = doomed().await;
    fs::rename(&file, file.with_extension("moved")).unwrap();
    assert_not_ready(&app).await;
    fs::rename(file.with_extension("moved"), &file).unwrap();
    assert_ready(&app).await;
    fs::remove_dir_all(app.data_dir()).unwrap();
}
