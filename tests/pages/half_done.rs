//! If the database fails midway, nothing has changed.

use crate::{
    app::{PASSWORD, TestApp},
    on_both_databases,
};
use claviger::server::{
    domain::{Actor, UserChange},
    services::Caller,
};

const NEW: &str = "another password altogether";

/// Hides a table, so that everything that needs it fails; [`restore_table`] restores it.
async fn hide_table(app: &TestApp, sql: &'static str) {
    app.run_sql(sql).await;
}

async fn restore_table(app: &TestApp, sql: &'static str) {
    app.run_sql(sql).await;
    app.services.sessions.revocations().poll().await.unwrap();
}

on_both_databases! {
    async fn a_sign_in_that_cannot_end_the_previous_session_changes_nothing(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        hide_table(&app, "ALTER TABLE revocations RENAME TO hidden").await;
        let answer = browser.sign_in("ada", PASSWORD).await;
        restore_table(&app, "ALTER TABLE hidden RENAME TO revocations").await;
        assert!(answer.status >= 500, "{} {}", answer.status, answer.text);
        assert_eq!(answer.set_cookies(), Vec::<String>::new());
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'sign_in.succeeded'").await, 1);
        assert_eq!(browser.get("/dashboard").await.status, 200, "the session before lives on");
        assert_eq!(browser.sign_in("ada", PASSWORD).await.header("location"), "/dashboard");
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 1);
    }

    async fn a_change_of_password_that_cannot_start_a_session_changes_nothing(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        browser.drop_cookie("claviger-device");
        hide_table(&app, "ALTER TABLE devices RENAME TO hidden").await;
        let fields = [("current_password", PASSWORD), ("new_password", NEW)];
        let answer = browser.post("/fn/change_password", &fields).await;
        restore_table(&app, "ALTER TABLE hidden RENAME TO devices").await;
        assert!(answer.status >= 500, "{} {}", answer.status, answer.text);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!(app.log_in("ada@example.com", NEW).await.status, 400);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'password.changed'").await, 0);
        let answer = browser.post("/fn/change_password", &fields).await;
        assert_eq!(answer.header("location"), "/account", "{}", answer.text);
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }

    async fn a_lock_stays_if_its_owner_cannot_be_notified(app) {
        let ada = app.user("ada").await;
        for _ in 0..5 {
            app.log_in("ada@example.com", "wrong").await;
        }
        let unlock = async || app.services.users.unlock(&ada, Actor::Cli, &Caller::command_line()).await;
        hide_table(&app, "ALTER TABLE outbox RENAME TO hidden").await;
        unlock().await.unwrap_err();
        restore_table(&app, "ALTER TABLE hidden RENAME TO outbox").await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "Account locked");
        assert_eq!(unlock().await.unwrap(), 1);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn the_right_password_of_a_banned_user_never_counts_as_a_failure(app) {
        let ada = app.user("ada").await;
        app.change(ada.id, UserChange::Ban { until: None, reason: None }).await;
        for _ in 0..10 {
            assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "User banned");
        }
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE failures > 0").await, 0);
    }
}
