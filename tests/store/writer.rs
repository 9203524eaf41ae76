//! Writes: all or nothing, whatever happens at the same time.

use super::MINUTE;
use crate::{
    app::{BEGIN, Database, TestApp},
    on_both_databases,
    races::race,
};
use claviger::server::store::{StoreError, Tx};
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;

on_both_databases! {
    async fn operations_that_fail_or_panic_do_not_affect_others_in_their_group(app) {
        let ends = race(60, |number| {
            let app = app.clone();
            async move {
                match number % 3 {
                    0 => app.db.set_key_fingerprint(format!("{number}"), BEGIN).await.is_ok(),
                    1 => {
                        let broken = app.db.write(|_| Box::pin(async { Err::<(), _>(StoreError::Taken) })).await;
                        assert!(matches!(broken, Err(StoreError::Taken)));
                        false
                    }
                    _ => {
                        let broken = app.db.write(|_| Box::pin(async { panic!("an operation breaks off") })).await;
                        let broken: Result<(), StoreError> = broken;
                        assert!(matches!(broken, Err(StoreError::BrokenOff)));
                        false
                    }
                }
            }
        })
        .await;
        assert_eq!(ends.iter().filter(|done| **done).count(), 20);
        assert!(app.db.key_fingerprint().await.unwrap().is_some());
    }

    async fn an_operation_completes_even_if_its_caller_disconnects(app) {
        for number in 0..20 {
            let db = app.db.clone();
            let caller = tokio::spawn(async move { db.set_key_fingerprint(format!("{number}"), BEGIN).await });
            tokio::task::yield_now().await;
            caller.abort();
        }
        app.db.put_browser_state("after".into(), "all of them".into(), BEGIN).await.unwrap();
        app.db.key_fingerprint().await.unwrap();
    }
}

/// Locks the database file from another connection.
async fn hold_file(app: &TestApp) -> SqliteConnection {
    let mut other = SqliteConnection::connect(&app.database_url()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn a_briefly_locked_file_is_waited_for() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        let mut other = hold_file(&app).await;
        let db = app.db.clone();
        let mut write = tokio::spawn(async move { db.set_key_fingerprint("waited".into(), BEGIN).await });
        assert!(tokio::time::timeout(Duration::from_millis(500), &mut write).await.is_err(), "it waits");
        assert!(app.db.key_fingerprint().await.unwrap().is_none(), "readers go on");
        sqlx::query("COMMIT").execute(&mut other).await.unwrap();
        write.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_stays_locked_is_unavailable_and_not_damaged() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        let other = hold_file(&app).await;
        let refused = app.db.set_key_fingerprint("never".into(), BEGIN).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        let answer = app.log_in("ada@example.com", "some password").await;
        assert_eq!((answer.status, answer.error().as_str()), (503, "Service busy"));
        assert_eq!(answer.header("retry-after"), "1");
        drop(other);
        app.db.set_key_fingerprint("again".into(), BEGIN).await.unwrap();
    })
    .await;
}

/// A full disk, for example, makes SQLite end a transaction on its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_the_database_ended_reports_no_success_and_harms_no_later_write() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        for _ in 0..10 {
            let ends = race(20, |number| {
                let db = app.db.clone();
                async move {
                    if number != 7 {
                        let stored =
                            db.put_browser_state(format!("{number}"), "kept".into(), BEGIN + MINUTE).await.is_ok();
                        return (number, stored);
                    }
                    let broken: Result<(), StoreError> = db
                        .write(|tx| {
                            Box::pin(async move {
                                if let Tx::Sqlite(connection) = tx {
                                    sqlx::query("ROLLBACK").execute(connection).await?;
                                }
                                Err(StoreError::Taken)
                            })
                        })
                        .await;
                    assert!(broken.is_err());
                    (number, false)
                }
            })
            .await;
            for (number, stored) in ends {
                let found = app.db.find_browser_state(&format!("{number}"), BEGIN).await.unwrap().is_some();
                assert_eq!(found, stored, "what was answered is what was done");
            }
            app.run_sql("DELETE FROM browser_states").await;
        }
        app.db.set_key_fingerprint("later".into(), BEGIN).await.unwrap();
    })
    .await;
}
