//! `Idempotency-Key`: a request that is sent again has one effect and one answer.

use crate::{
    app::{TestApp, TestResponse, rounds},
    on_both_databases,
    races::race,
};
use claviger::model::{ADMIN, USER};
use serde_json::{Value, json};
use std::time::Duration;

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

async fn admin(app: &TestApp, name: &str) -> String {
    app.user_with(name, &[ADMIN, USER], true).await;
    app.tokens(name).await.0
}

fn bob() -> Value {
    json!({ "email": "bob@example.com", "username": "bob", "password": "correct horse battery staple" })
}

async fn create(app: &TestApp, token: &str, key: &str, body: &Value) -> TestResponse {
    app.post("/api/v1/users").bearer(token).header("idempotency-key", key).json(body).send().await
}

on_both_databases! {
    async fn a_request_that_is_sent_again_gets_the_first_answer(app) {
        let eve = admin(&app, "eve").await;
        let first = create(&app, &eve, KEY, &bob()).await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""), "{}", first.text);
        for key in [KEY.to_owned(), format!("\"{KEY}\"")] {
            let again = create(&app, &eve, &key, &bob()).await;
            assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"), "{}", again.text);
            assert_eq!(again.json(), first.json());
            for name in ["location", "etag", "content-type"] {
                assert_eq!(again.header(name), first.header(name), "{name}");
            }
        }
        assert_eq!(app.count("SELECT count(*) FROM users WHERE username = 'bob'").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.created' AND target_name = 'bob'").await, 1);
    }

    async fn the_same_key_with_another_body_is_refused(app) {
        let eve = admin(&app, "eve").await;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 201);
        let other = create(&app, &eve, KEY, &json!({ "email": "kim@example.com" })).await;
        assert_eq!((other.status, other.json()["code"].as_str()), (422, Some("idempotency_key_reused")));
        assert_eq!(app.count("SELECT count(*) FROM users WHERE email = 'kim@example.com'").await, 0);
    }

    async fn a_key_belongs_to_one_caller_and_one_route(app) {
        let (eve, ivy) = (admin(&app, "eve").await, admin(&app, "ivy").await);
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 201);
        assert_eq!(create(&app, &ivy, KEY, &bob()).await.status, 409, "not eve's answer");
        let role = json!({ "name": "helper", "permissions": [] });
        let other = app.post("/api/v1/roles").bearer(&eve).header("idempotency-key", KEY).json(&role).send().await;
        assert_eq!(other.status, 201, "{}", other.text);
    }

    async fn a_request_that_was_refused_can_be_corrected_with_the_same_key(app) {
        let eve = admin(&app, "eve").await;
        app.user("bob").await;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 409);
        let corrected = json!({ "email": "rob@example.com", "username": "rob", "password": "correct horse battery staple" });
        assert_eq!(create(&app, &eve, KEY, &corrected).await.status, 201);
    }

    async fn after_a_day_a_key_is_new(app) {
        let eve = admin(&app, "eve").await;
        let ban = async |app: &TestApp, token: &str| {
            app.post("/api/v1/invitations").bearer(token).header("idempotency-key", KEY)
                .json(&json!({ "email": "kim@example.com" })).send().await
        };
        assert_eq!(ban(&app, &eve).await.header("idempotency-replayed"), "");
        app.pass(24 * 3600 - 1);
        let eve = app.tokens("eve").await.0;
        assert_eq!(ban(&app, &eve).await.header("idempotency-replayed"), "true");
        app.pass(1);
        assert_eq!(ban(&app, &eve).await.header("idempotency-replayed"), "");
        app.services.retention.sweep_at(app.clock.now() + Duration::from_hours(24)).await.unwrap();
        assert_eq!(app.sizes().await["repeatable_requests"], 0);
    }

    async fn an_answer_that_was_cut_off_is_not_given_twice(app) {
        let eve = admin(&app, "eve").await;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 201);
        // As after a kill between the effect and its answer.
        app.run_sql("UPDATE repeatable_requests SET answer = NULL").await;
        let again = create(&app, &eve, KEY, &bob()).await;
        assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("idempotency_key_in_use")));
    }

    async fn who_lost_the_permission_does_not_get_the_answer(app) {
        let eve = admin(&app, "eve").await;
        admin(&app, "ivy").await;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 201);
        app.services.permissions.reload().await.unwrap();
        app.run_sql("DELETE FROM user_roles WHERE role = 'admin' AND user_id = (SELECT id FROM users WHERE username = 'eve')").await;
        let eve = app.tokens("eve").await.0;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 403);
    }

    async fn answers_are_sealed_and_keys_hashed(app) {
        let eve = admin(&app, "eve").await;
        assert_eq!(create(&app, &eve, KEY, &bob()).await.status, 201);
        let dump = app.dump().await;
        assert!(!dump.contains(KEY), "the key");
        assert_eq!(app.count("SELECT count(*) FROM repeatable_requests WHERE answer LIKE '%example%'").await, 0);
    }

    async fn a_key_of_the_wrong_form_is_refused(app) {
        let eve = admin(&app, "eve").await;
        let answer = create(&app, &eve, "\"\"", &bob()).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")), "{}", answer.text);
    }

    async fn of_many_at_once_one_has_an_effect(app) {
        let eve = admin(&app, "eve").await;
        for round in 0..rounds(3, 100) {
            let body = json!({ "email": format!("kim{round}@example.com") });
            let sent = race(50, |_| {
                let request = app.post("/api/v1/invitations").bearer(&eve).header("idempotency-key", &format!("key {round}"));
                let sent = request.json(&body).send();
                async move {
                    let answer = sent.await;
                    (answer.status, answer.header("idempotency-replayed") == "true")
                }
            })
            .await;
            let first = sent.iter().filter(|(status, is_replayed)| *status < 300 && !is_replayed).count();
            assert_eq!(first, 1, "{sent:?}");
            assert!(sent.iter().all(|(status, _)| *status < 300 || *status == 409), "{sent:?}");
            assert_eq!(app.mails_to(&format!("kim{round}@example.com")).await.len(), 1);
        }
    }
}
