//! `GET` and `PATCH /users/me`.

use super::assert_matches_snapshot;
use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use serde_json::{Value, json};

async fn change(app: &TestApp, token: &str, body: &Value) -> TestResponse {
    app.patch("/api/v1/users/me").bearer(token).json(body).send().await
}

on_both_databases! {
    async fn the_profile_and_its_changes_match_the_contract(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        let before = app.profile(&token).await;
        app.pass(60);
        let after = change(&app, &token, &json!({ "name": "Ada Lovelace" })).await;
        let refused = change(&app, &token, &json!({ "name": "" })).await;
        assert_matches_snapshot(
            "profile",
            &[
                ("profile".to_owned(), before),
                ("another name".to_owned(), after.clone()),
                ("no name".to_owned(), refused),
            ],
        );
        assert_eq!(app.profile(&token).await.json(), after.json());
    }

    async fn a_name_is_any_text_a_person_uses(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for name in
            ["李小龍", "Zoë O’Hara-Ñ", "<script>alert(1)</script>", "'; DROP TABLE users; --", "👩‍💻", &"é".repeat(100)]
        {
            let answer = change(&app, &token, &json!({ "name": name })).await;
            assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some(name)));
        }
        assert_eq!(change(&app, &token, &json!({ "name": "  Ada  " })).await.json()["name"], "Ada");
        assert_eq!(change(&app, &token, &json!({ "name": "e\u{301}" })).await.json()["name"], "é", "one spelling");
    }

    async fn a_name_that_cannot_be_shown_is_refused_with_its_reason(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for name in [
            "",
            " \t\n ",
            "a\r\nBcc: b@example.com",
            "a\0b",
            "a\u{202E}b",
            "\u{1b}[31m",
            &"a".repeat(101),
            &"a".repeat(100_000),
        ] {
            let answer = change(&app, &token, &json!({ "name": name })).await;
            assert_eq!((answer.status, answer.error().as_str()), (400, "Invalid input"), "{name:.20?}");
            assert_eq!(answer.json()["details"][0]["field"], "name");
        }
        assert_eq!(app.profile(&token).await.json()["name"], "ada");
    }

    async fn only_the_name_can_be_changed_here(app) {
        let ada = app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for (field, value) in [
            ("roles", json!(["admin"])),
            ("role", json!("admin")),
            ("id", json!("01ARZ3NDEKTSV4RRFFQ69G5FAV")),
            ("email", json!("eve@example.com")),
            ("emailVerified", json!(true)),
            ("email_verified_at", json!(1)),
            ("username", json!("eve")),
            ("is_admin", json!(true)),
            ("status", json!("active")),
            ("token_version", json!(0)),
            ("locked_until", json!(null)),
            ("password", json!("another horse battery")),
            ("createdAt", json!("2020-01-01T00:00:00Z")),
            ("__proto__", json!({ "isAdmin": true })),
        ] {
            let answer = change(&app, &token, &json!({ "name": "Eve", field: value })).await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")), "{field}");
        }
        let still = app.find(ada.id).await;
        assert_eq!((still.version, still.name.as_str(), still.roles), (ada.version, "ada", ada.roles));
    }

    async fn an_empty_change_changes_nothing(app) {
        let ada = app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        app.pass(60);
        for body in [json!({}), json!({ "name": null })] {
            let answer = change(&app, &token, &body).await;
            assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some("ada")));
        }
        assert_eq!(app.find(ada.id).await.version, ada.version);
    }

    async fn no_one_changes_anything_without_a_valid_token(app) {
        app.user("ada").await;
        let body = json!({ "name": "Eve" });
        let answer = app.patch("/api/v1/users/me").json(&body).send().await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "Authentication required"));
        assert_eq!(change(&app, "x", &body).await.error(), "Invalid token");
        let (token, _) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&token).send().await;
        assert_eq!(change(&app, &token, &body).await.error(), "Token revoked");
    }
}
