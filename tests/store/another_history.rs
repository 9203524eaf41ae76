//! The database continues from an earlier state: a replica that lacks the last commits took over, or a backup
//! was restored. Positions after that state are assigned again.

use crate::{app::TestApp, on_both_databases};

/// Forgets every revocation.
const FALL_BACK: &str = "
    DELETE FROM revocations;
    DELETE FROM revocation_marks;
    UPDATE sessions SET ended_at = NULL, end_reason = NULL, ended_by = NULL;
    UPDATE counters SET value = 0 WHERE name = 'revocations'";
/// The same, and within one poll Grace's revocation takes the position that Ada's had.
const FALL_BACK_AND_GO_ON: &str = "
    BEGIN;
    DELETE FROM revocations;
    UPDATE revocation_marks SET mark = 'another';
    UPDATE sessions SET ended_at = NULL, end_reason = NULL, ended_by = NULL;
    INSERT INTO revocations (kind, id, version, at, until_at, sequence)
    SELECT 'session', id, 0, 1800000000000, access_until, (SELECT value FROM counters WHERE name = 'revocations')
    FROM sessions
    WHERE user_id = (SELECT id FROM users WHERE username = 'grace');
    COMMIT";

/// Restores the invariant that every ended session has a revocation.
const PUT_BACK: &str = "
    INSERT INTO revocations (kind, id, version, at, until_at, sequence)
    SELECT 'session', id, 0, ended_at, access_until, 1 FROM sessions WHERE ended_at IS NOT NULL";

async fn sign_out(app: &TestApp, token: &str) {
    assert_eq!(app.post("/api/v1/auth/logout").bearer(token).send().await.status, 204);
}

async fn error(app: &TestApp, token: &str) -> String {
    let answer = app.profile(token).await;
    if answer.status == 200 { "none".into() } else { answer.error() }
}

/// Returns a node that knows of Ada's sign-out, and tokens of Ada and Grace.
async fn node_and_tokens(app: &TestApp) -> (TestApp, String, String) {
    app.user("ada").await;
    app.user("grace").await;
    let ((ada, _), (grace, _)) = (app.tokens("ada").await, app.tokens("grace").await);
    let node = app.restart(&[]).await;
    sign_out(app, &ada).await;
    node.services.monitor.look().await.unwrap();
    assert_eq!((error(&node, &ada).await, error(&node, &grace).await), ("Token revoked".into(), "none".into()));
    (node, ada, grace)
}

on_both_databases! {
    async fn revocations_with_reassigned_positions_are_polled_again(app) {
        let (node, ada, grace) = node_and_tokens(&app).await;
        app.run_sql(FALL_BACK).await;
        node.services.monitor.look().await.unwrap();
        assert_eq!(error(&node, &grace).await, "none");
        sign_out(&app, &grace).await;
        node.services.monitor.look().await.unwrap();
        assert_eq!(error(&node, &grace).await, "Token revoked");
        assert_eq!(error(&node, &ada).await, "Token revoked", "what was answered holds");
        node.db.close().await;
    }

    async fn an_earlier_state_is_noticed_even_after_positions_were_reassigned(app) {
        let (node, ada, grace) = node_and_tokens(&app).await;
        app.run_sql(FALL_BACK_AND_GO_ON).await;
        node.services.monitor.look().await.unwrap();
        assert_eq!(error(&node, &grace).await, "Token revoked");
        assert_eq!(error(&node, &ada).await, "Token revoked");
        node.db.close().await;
    }

    async fn a_node_on_another_history_refuses_all_requests_until_it_has_read_all_of_it(app) {
        let (node, _, grace) = node_and_tokens(&app).await;
        app.run_sql("UPDATE revocation_marks SET mark = 'another'; ALTER TABLE sessions RENAME TO elsewhere").await;
        assert!(node.services.monitor.look().await.is_err(), "not all can be read");
        assert_eq!(node.profile(&grace).await.status, 503);
        let reasons: Vec<String> = node.services.reasons().iter().map(ToString::to_string).collect();
        assert_eq!(reasons, ["revocations"]);
        app.run_sql("ALTER TABLE elsewhere RENAME TO sessions").await;
        node.services.monitor.look().await.unwrap();
        assert_eq!(error(&node, &grace).await, "none");
        node.db.close().await;
    }

    async fn a_session_that_ended_is_refused_after_a_restart_even_if_its_revocation_is_gone(app) {
        let (_, ada, grace) = node_and_tokens(&app).await;
        app.run_sql("DELETE FROM revocations").await;
        let later = app.restart(&[]).await;
        assert_eq!((error(&later, &ada).await, error(&later, &grace).await), ("Token revoked".into(), "none".into()));
        later.db.close().await;
        app.run_sql(PUT_BACK).await;
    }
}
