//! Requests that take too long.

use super::users::admin;
use crate::{app::TestResponse, on_both_databases};
use serde_json::json;

fn assert_gave_up(answer: &TestResponse) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"), "{}", answer.text);
}

on_both_databases! {
    async fn a_change_whose_response_was_given_up_is_made_once_and_as_a_whole(app) {
        let eve = admin(&app).await;
        let app = app.restart(&[("server.request_timeout", "1s")]).await;
        let create = || {
            let body = json!({ "email": "ada@example.com", "username": "ada", "roles": ["user"] });
            app.post("/api/v1/users").bearer(&eve).header("idempotency-key", "ada").json(&body)
        };
        let lock = app.lock_writes().await;
        let answer = create().send().await;
        assert_gave_up(&answer);
        assert_eq!(answer.json()["code"], "service_unavailable");
        assert_eq!(create().send().await.status, 503, "the first one still waits");
        lock.release().await;
        let made = loop {
            let answer = create().send().await;
            if ![409, 503].contains(&answer.status) {
                break answer;
            }
        };
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(app.count("SELECT count(*) FROM users WHERE username = 'ada'").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.created' AND outcome = 'ok'").await, 2);
    }

    async fn a_form_whose_response_was_given_up_gets_a_page(app) {
        app.user("ada").await;
        let app = app.restart(&[("server.request_timeout", "1s")]).await;
        let browser = app.signed_in("ada").await;
        let lock = app.lock_writes().await;
        let answer = browser.post("/fn/rename", &[("name", "Ada L")]).await;
        lock.release().await;
        assert_gave_up(&answer);
        assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.text);
    }
}
