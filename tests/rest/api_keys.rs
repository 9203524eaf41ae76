//! `/api-keys`: keys are created, listed and revoked.

use super::assert_matches_snapshot;
use crate::{
    access::create_key,
    app::{TestApp, TestResponse},
    on_both_databases,
    races::race,
};
use claviger::model::Permission;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: u64 = 24 * 3600;

async fn create(app: &TestApp, token: &str, body: &Value) -> TestResponse {
    app.post("/api/v1/api-keys").bearer(token).json(body).send().await
}

on_both_databases! {
    async fn responses_match_the_contract(app) {
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        let order = json!({
            "name": "Nightly backup", "scopes": ["users:read", "audit:read"], "expiresAt": "2040-01-31T00:00:00Z",
            "networks": ["198.51.100.0/24", "2001:db8::/48"],
        });
        let mut created = create(&app, &eve, &order).await;
        let id = created.json()["id"].as_str().unwrap().to_owned();
        let secret = created.json()["key"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("clv_") && secret.len() > 40, "{secret}");
        assert_eq!(created.header("location"), format!("/api/v1/api-keys/{id}"));
        created.text = created.text.replace(&secret, "clv_<secret>");
        let path = format!("/api/v1/api-keys/{id}");
        let delete = || app.request("DELETE", &path).bearer(&eve);
        let answers = [
            ("created".to_owned(), created),
            ("all".to_owned(), app.get("/api/v1/api-keys").bearer(&eve).send().await),
            ("one".to_owned(), app.get(&path).bearer(&eve).send().await),
            ("revoked".to_owned(), delete().send().await),
            ("revoked again".to_owned(), delete().send().await),
            ("none".to_owned(), app.get("/api/v1/api-keys").bearer(&eve).send().await),
        ];
        assert_matches_snapshot("api_keys", &answers);
    }

    async fn the_key_is_shown_once_and_stored_as_a_digest_only(app) {
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        let order = json!({ "name": "ci", "scopes": [] });
        let send = || app.post("/api/v1/api-keys").bearer(&ada).header("idempotency-key", "once").json(&order).send();
        let first = send().await;
        let secret = first.json()["key"].as_str().unwrap().to_owned();
        let again = send().await;
        assert_eq!((again.status, again.header("idempotency-replayed"), again.json()), (201, "true", first.json()));
        let list = app.get("/api/v1/api-keys").bearer(&ada).send().await;
        assert_eq!(list.json()["data"].as_array().unwrap().len(), 1);
        assert!(!list.text.contains(&secret) && !app.dump().await.contains(&secret[4..]));
        // The key is no way to read an answer that was given to its owner in person.
        let by_key = app.post("/api/v1/api-keys").bearer(&secret).header("idempotency-key", "once").json(&order).send().await;
        assert_eq!(by_key.status, 403, "{}", by_key.text);
    }

    async fn wrong_orders_name_the_field(app) {
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        let long = "x".repeat(61);
        let cases = [
            (json!({ "name": "", "scopes": [] }), "name"),
            (json!({ "name": long, "scopes": [] }), "name"),
            (json!({ "name": "a\nb", "scopes": [] }), "name"),
            (json!({ "name": "ci", "scopes": ["users:fly"] }), "scopes"),
            (json!({ "name": "ci", "scopes": [], "expiresAt": "2020-01-01T00:00:00Z" }), "expiresAt"),
            (json!({ "name": "ci", "scopes": [], "expiresAt": "tomorrow" }), "expiresAt"),
            (json!({ "name": "ci", "scopes": [], "networks": ["198.51.100.0/33"] }), "networks"),
            (json!({ "name": "ci", "scopes": [], "networks": vec!["198.51.100.0/24"; 21] }), "networks"),
            (json!({ "name": "ci" }), "scopes"),
            (json!({ "name": "ci", "scopes": [], "key": "clv_mine" }), "key"),
        ];
        for (order, field) in cases {
            let answer = create(&app, &eve, &order).await;
            assert_eq!((answer.status, answer.json()["details"][0]["field"].as_str()), (400, Some(field)), "{order}");
        }
        assert_eq!(app.count("SELECT count(*) FROM api_keys").await, 0);
    }

    async fn a_key_gets_no_scope_that_its_owner_lacks(app) {
        app.user_with_permissions("kim", &[Permission::UsersRead]).await;
        let (kim, _) = app.tokens("kim").await;
        assert_eq!(create(&app, &kim, &json!({ "name": "ci", "scopes": ["users:write"] })).await.status, 403);
        assert_eq!(create(&app, &kim, &json!({ "name": "ci", "scopes": ["users:read"] })).await.status, 201);
    }

    async fn creating_a_key_takes_a_fresh_sign_in_and_revoking_one_does_not(app) {
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        let id = create(&app, &ada, &json!({ "name": "ci", "scopes": [] })).await.json()["id"].as_str().unwrap().to_owned();
        app.pass(601);
        let late = create(&app, &ada, &json!({ "name": "ci", "scopes": [] })).await;
        assert_eq!((late.status, late.error().as_str()), (403, "Fresh sign-in required"));
        assert_eq!(app.request("DELETE", &format!("/api/v1/api-keys/{id}")).bearer(&ada).send().await.status, 204);
    }

    async fn nobody_sees_or_revokes_the_key_of_another_user(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (key, id) = create_key(&app, &app.tokens("ada").await.0, &[]).await;
        let (eve, _) = app.tokens("eve").await;
        let path = format!("/api/v1/api-keys/{id}");
        assert_eq!(app.get(&path).bearer(&eve).send().await.status, 404);
        assert_eq!(app.request("DELETE", &path).bearer(&eve).send().await.status, 404);
        assert_eq!(app.get("/api/v1/users/me").bearer(&key).send().await.status, 200);
    }

    async fn a_user_has_at_most_fifty_keys_also_if_they_are_created_at_once(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        let order = json!({ "name": "ci", "scopes": [] });
        let made = race(60, |_| { let (app, ada, order) = (app.clone(), ada.clone(), order.clone()); async move { create(&app, &ada, &order).await.status } }).await;
        assert_eq!(made.iter().filter(|status| **status == 201).count(), 50);
        assert_eq!(made.iter().filter(|status| **status == 409).count(), 10);
    }

    async fn the_owner_is_told_when_a_key_is_created_and_a_week_before_it_expires_once(app) {
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        let until = |days: u64| (app.clock.now() + Duration::from_secs(days * DAY)).to_string();
        for (name, days) in [("long", 30), ("short", 3)] {
            create(&app, &ada, &json!({ "name": name, "scopes": [], "expiresAt": until(days) })).await;
        }
        create(&app, &ada, &json!({ "name": "for good", "scopes": [] })).await;
        let told = async |kind: &str| app.templates_to("ada@example.com").await.iter().filter(|sent| *sent == kind).count();
        assert_eq!(told("api_key_created").await, 3);
        let run = || app.services.api_keys.warn();
        run().await.unwrap();
        assert_eq!(told("api_key_expires").await, 0);
        app.pass(23 * DAY + 60);
        for _ in 0..2 {
            run().await.unwrap();
        }
        assert_eq!(told("api_key_expires").await, 1);
    }
}
