//! Deleting many rows delays no one, and the write-ahead log stays short.

use super::event;
use crate::{
    app::{BEGIN, Database, TestApp},
    on_both_databases,
};
use claviger::server::{domain::AuditAction, randomness::Randomness};
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;

const MEBIBYTE: u64 = 1024 * 1024;

async fn write(app: &TestApp) {
    let id = Randomness::system().audit_id(BEGIN);
    let event = claviger::server::domain::AuditEvent { id, ..event(AuditAction::UserChanged, None) };
    app.db.insert_audit(event).await.unwrap();
}

on_both_databases! {
    async fn a_long_sweep_lets_other_writes_through(app) {
        app.run_sql(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 30000)
             INSERT INTO attempts (name, scope, failures, last_at, since)
             SELECT 'name ' || n, 'net', 1, 1000, 1000 FROM numbers",
        )
        .await;
        let retention = app.services.retention.clone();
        let sweep = tokio::spawn(async move { retention.sweep_at(BEGIN + Duration::from_hours(48)).await });
        let mut writes = 0;
        while !sweep.is_finished() {
            write(&app).await;
            writes += 1;
        }
        sweep.await.unwrap().unwrap();
        assert_eq!(app.count("SELECT count(*) FROM attempts").await, 0);
        assert!(writes > 10, "{writes} writes were let in between");
    }
}

/// Returns the size of SQLite's write-ahead log.
fn log_size(app: &TestApp) -> u64 {
    std::fs::metadata(app.data_dir().join("claviger.db-wal")).map_or(0, |log| log.len())
}

/// Writes about ten mebibytes.
async fn write_much(app: &TestApp) {
    let content = "x".repeat(usize::try_from(MEBIBYTE / 4).unwrap());
    for number in 0..40 {
        app.db.put_browser_state(format!("id {number}"), content.clone(), BEGIN).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_is_truncated_once_no_reader_needs_it_and_no_writer_waits_for_that() {
    let app = TestApp::start(Database::sqlite(), &[]).await;
    let mut reader = SqliteConnection::connect(&app.database_url()).await.unwrap();
    let mut old = reader.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM audit").fetch_one(&mut *old).await.unwrap();
    write_much(&app).await;
    app.db.cut_log().await.unwrap();
    assert!(log_size(&app) > 8 * MEBIBYTE, "another connection reads what came before");
    let (cut, ()) = tokio::join!(app.db.cut_log(), write(&app));
    cut.unwrap();
    old.rollback().await.unwrap();
    app.db.cut_log().await.unwrap();
    assert_eq!(log_size(&app), 0);
    write(&app).await;
    assert_eq!(app.count("SELECT count(*) FROM audit").await, 2);
    assert!(log_size(&app) < MEBIBYTE);
    app.db.close().await;
}
