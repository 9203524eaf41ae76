//! Wrong clocks: they never delete anything that still protects a user or an account.

use super::DAY;
use crate::{
    app::{Database, TestApp},
    on_both_databases,
};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: i64 = 3_600_000;
/// Marks the tokens of ended sessions as expired, because the invariants are checked without a clock.
const TOKENS_ARE_OVER: &str = "UPDATE sessions SET access_until = ended_at WHERE ended_at IS NOT NULL";

/// Runs the jobs that delete or end things by time.
async fn let_the_jobs_run(app: &TestApp) {
    app.services.retention.sweep().await.unwrap();
    app.services.monitor.end_due().await.unwrap();
    app.services.monitor.look().await.unwrap();
}

/// Counts the rows that protect someone: revocations, links, failed sign-ins and live sessions.
async fn protecting_rows(app: &TestApp) -> [i64; 4] {
    [
        app.count("SELECT count(*) FROM revocations").await,
        app.count("SELECT count(*) FROM one_time_secrets").await,
        app.count("SELECT count(*) FROM attempts").await,
        app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await,
    ]
}

async fn ready(app: &TestApp) -> (u16, Value) {
    let answer = app.get("/ready").send().await;
    (answer.status, answer.json()["reasons"].clone())
}

/// Creates a live session and one that was signed out, a link, and a failed sign-in. Returns both access tokens.
async fn some_of_everything(app: &TestApp) -> (String, String) {
    app.user("ada").await;
    app.user("grace").await;
    let ((ada, _), (grace, _)) = (app.tokens("ada").await, app.tokens("grace").await);
    assert_eq!(app.post("/api/v1/auth/logout").bearer(&grace).send().await.status, 204);
    app.log_in("ada@example.com", "a wrong password").await;
    let response = app.post("/api/v1/auth/forgot-password").json(&json!({ "email": "ada@example.com" })).send().await;
    assert_eq!(response.status, 202);
    app.services.readiness.probe().await.unwrap();
    (ada, grace)
}

on_both_databases! {
    async fn a_node_whose_clock_is_ahead_deletes_nothing_and_ends_no_session(app) {
        let (ada, grace) = some_of_everything(&app).await;
        let before = protecting_rows(&app).await;
        for hours in [25, 8 * 24, 40 * 24] {
            let node = app.node_ahead(hours * HOUR).await;
            let_the_jobs_run(&node).await;
            node.services.readiness.probe().await.unwrap();
            assert_eq!(ready(&node).await.1, json!(["clock"]));
            assert_eq!(protecting_rows(&app).await, before, "{hours} h");
            node.db.close().await;
        }
        let later = app.restart(&[]).await;
        assert_eq!(ready(&later).await, (200, json!([])));
        assert_eq!((later.profile(&ada).await.status, later.profile(&grace).await.error()), (200, "Token revoked".into()));
        later.db.close().await;
    }

    async fn a_clock_that_jumps_while_the_server_runs_deletes_nothing_and_ends_no_session(app) {
        let (ada, grace) = some_of_everything(&app).await;
        let before = protecting_rows(&app).await;
        for hours in [1, 25, 8 * 24] {
            app.clock.jump(hours * HOUR);
            let_the_jobs_run(&app).await;
            assert_eq!(ready(&app).await, (503, json!(["clock"])));
            app.clock.jump(-hours * HOUR);
            let_the_jobs_run(&app).await;
            assert_eq!(ready(&app).await, (200, json!([])), "it is right again");
            assert_eq!(protecting_rows(&app).await, before, "{hours} h");
            for node in [&app, &app.restart(&[]).await] {
                assert_eq!(node.profile(&ada).await.status, 200);
                assert_eq!(node.profile(&grace).await.error(), "Token revoked");
            }
        }
    }

    async fn deadlines_set_while_the_clock_was_ahead_are_shortened_once_it_is_right(app) {
        app.user("ada").await;
        app.clock.jump(9 * 24 * HOUR);
        app.tokens("ada").await;
        let body = json!({ "email": "ada@example.com" });
        assert_eq!(app.post("/api/v1/auth/forgot-password").json(&body).send().await.status, 202);
        let link = app.last_link("ada@example.com", "/reset-password").await;
        app.clock.jump(-9 * 24 * HOUR);
        let (_, refresh) = app.tokens("ada").await;
        app.services.readiness.probe().await.unwrap();
        app.services.retention.sweep().await.unwrap();
        app.pass(3600 + 1);
        let page = app.browser().get(&link).await;
        assert!(page.text.contains("This link"), "an hour is over: {}", page.text);
        app.pass(7 * 24 * 3600);
        app.services.readiness.probe().await.unwrap();
        app.services.monitor.end_due().await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 0);
        assert_eq!(app.refresh(&refresh).await.status, 401);
        app.run_sql(TOKENS_ARE_OVER).await;
    }

    async fn a_node_that_starts_with_a_clock_far_behind_shortens_nothing(app) {
        let (ada, _) = some_of_everything(&app).await;
        let sums = "SELECT CAST(sum(idle_until) AS BIGINT) FROM sessions";
        let (before, idle) = (protecting_rows(&app).await, app.count(sums).await);
        for hours in [25, 40 * 24] {
            let node = app.node_ahead(-hours * HOUR).await;
            let_the_jobs_run(&node).await;
            assert_eq!((protecting_rows(&app).await, app.count(sums).await), (before, idle), "{hours} h");
            node.db.close().await;
        }
        assert_eq!(app.profile(&ada).await.status, 200);
    }

    async fn a_session_started_while_the_clock_was_ahead_ends_no_later_once_it_is_refreshed(app) {
        app.user("ada").await;
        app.clock.jump(24 * HOUR);
        let (_, refresh) = app.tokens("ada").await;
        app.clock.jump(-24 * HOUR);
        assert_eq!(app.refresh(&refresh).await.status, 200);
        let ahead = "SELECT ends_at FROM sessions";
        assert_eq!(app.count(ahead).await, (app.clock.now() + DAY * 30).0);
    }

    async fn expired_rows_are_deleted_a_day_later_by_a_correct_clock(app) {
        some_of_everything(&app).await;
        app.pass(24 * 3600 + 1);
        let_the_jobs_run(&app).await;
        assert_eq!(protecting_rows(&app).await[0], 1, "clocks may differ by a day");
        app.pass(24 * 3600);
        let_the_jobs_run(&app).await;
        assert_eq!(protecting_rows(&app).await[..3], [0, 0, 0]);
        app.run_sql(TOKENS_ARE_OVER).await;
    }
}

/// No other clock can confirm the time, so a steady clock is eventually trusted.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_second_clock_one_that_runs_steadily_for_the_longest_token_lifetime_is_trusted() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        some_of_everything(&app).await;
        app.clock.jump(30 * 24 * HOUR);
        let_the_jobs_run(&app).await;
        assert_eq!(ready(&app).await, (503, json!(["clock"])));
        app.clock.advance(Duration::from_mins(5));
        assert_eq!(ready(&app).await, (200, json!(["clock"])), "requests are welcome, but nothing is deleted");
        app.clock.advance(Duration::from_mins(24 * 60 - 5));
        assert_eq!(ready(&app).await, (200, json!([])));
        let_the_jobs_run(&app).await;
        assert_eq!(protecting_rows(&app).await[..3], [0, 0, 0]);
    })
    .await;
}

/// A server started after a holiday must work at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_off_for_a_long_time_is_ready_at_once_and_deletes_nothing_for_a_day() {
    crate::app::run_test(Database::sqlite(), async |app: TestApp| {
        some_of_everything(&app).await;
        let before = protecting_rows(&app).await;
        app.clock.advance(DAY * 20);
        let later = app.restart(&[]).await;
        let_the_jobs_run(&later).await;
        assert_eq!(ready(&later).await, (200, json!(["clock"])));
        assert_eq!(protecting_rows(&app).await, before);
        app.clock.advance(DAY);
        let_the_jobs_run(&later).await;
        assert_eq!(ready(&later).await, (200, json!([])));
        assert_eq!(protecting_rows(&app).await[..3], [0, 0, 0]);
        app.run_sql(TOKENS_ARE_OVER).await;
        later.db.close().await;
    })
    .await;
}
