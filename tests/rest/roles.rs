//! `/roles` and `/permissions`.

use super::assert_matches_snapshot;
use crate::{app::TestApp, on_both_databases};
use serde_json::json;

async fn admin(app: &TestApp) -> String {
    app.admin("eve").await;
    app.tokens("eve").await.0
}

on_both_databases! {
    async fn responses_match_the_contract(app) {
        let eve = admin(&app).await;
        let body = json!({ "name": "support", "description": "Helps people", "permissions": ["users:read", "sessions:read"] });
        let created = app.post("/api/v1/roles").bearer(&eve).json(&body).send().await;
        let body = json!({ "description": "Looks", "permissions": ["users:read"] });
        let answers = [
            ("created".to_owned(), created),
            ("all".to_owned(), app.get("/api/v1/roles").bearer(&eve).send().await),
            ("replaced".to_owned(), app.request("PUT", "/api/v1/roles/support").bearer(&eve).json(&body).send().await),
            ("one".to_owned(), app.get("/api/v1/roles/support").bearer(&eve).send().await),
            ("deleted".to_owned(), app.request("DELETE", "/api/v1/roles/support").bearer(&eve).send().await),
            ("gone".to_owned(), app.get("/api/v1/roles/support").bearer(&eve).send().await),
            ("permissions".to_owned(), app.get("/api/v1/permissions").bearer(&eve).send().await),
        ];
        assert_matches_snapshot("roles", &answers);
    }

    async fn a_change_of_a_role_acts_on_the_next_request_of_its_holders(app) {
        let eve = admin(&app).await;
        let body = json!({ "name": "support", "permissions": ["users:read", "roles:read"] });
        app.post("/api/v1/roles").bearer(&eve).json(&body).send().await;
        app.user_with("ada", &["support", "user"], true).await;
        let (token, refresh) = app.tokens("ada").await;
        assert_eq!(app.get("/api/v1/users").bearer(&token).send().await.status, 200);
        let less = json!({ "permissions": ["roles:read"] });
        let answer = app.request("PUT", "/api/v1/roles/support").bearer(&eve).json(&less).send().await;
        assert_eq!((answer.status, &answer.json()["holders"]), (200, &json!(1)));
        assert_eq!(app.get("/api/v1/users").bearer(&token).send().await.status, 401, "the token is from before");
        let fresh = app.post("/api/v1/auth/refresh").json(&json!({ "refreshToken": refresh })).send().await.json();
        let fresh = fresh["token"].as_str().unwrap();
        assert_eq!(app.get("/api/v1/users").bearer(fresh).send().await.status, 403);
        assert_eq!(app.get("/api/v1/roles").bearer(fresh).send().await.status, 200);
    }

    async fn built_in_roles_stay_and_roles_with_holders_are_not_deleted(app) {
        let eve = admin(&app).await;
        for name in ["admin", "user", "auditor"] {
            let path = format!("/api/v1/roles/{name}");
            let change = app.request("PUT", &path).bearer(&eve).json(&json!({ "permissions": [] })).send().await;
            let deletion = app.request("DELETE", &path).bearer(&eve).send().await;
            assert_eq!((change.status, deletion.status), (409, 409), "{name}");
        }
        let body = json!({ "name": "support", "permissions": ["users:read"] });
        app.post("/api/v1/roles").bearer(&eve).json(&body).send().await;
        assert_eq!(app.post("/api/v1/roles").bearer(&eve).json(&body).send().await.status, 409, "twice");
        app.user_with("ada", &["support"], true).await;
        assert_eq!(app.request("DELETE", "/api/v1/roles/support").bearer(&eve).send().await.status, 409);
    }

    async fn wrong_fields_are_refused_by_name(app) {
        let eve = admin(&app).await;
        for (body, field) in [
            (json!({ "name": "Support", "permissions": [] }), "name"),
            (json!({ "name": "a,b", "permissions": [] }), "name"),
            (json!({ "name": "support", "permissions": ["users:fly"] }), "permissions"),
            (json!({ "name": "support", "permissions": [], "description": "x".repeat(201) }), "description"),
            (json!({ "name": "support", "permissions": [], "description": "a\u{202E}b" }), "description"),
            (json!({ "name": "support" }), "permissions"),
        ] {
            let answer = app.post("/api/v1/roles").bearer(&eve).json(&body).send().await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!(field)), "{body}");
        }
    }

    async fn the_lists_refuse_unknown_parameters_and_have_pages(app) {
        let eve = admin(&app).await;
        for list in ["/api/v1/roles", "/api/v1/permissions"] {
            let answer = app.get(&format!("{list}?nonsense=1")).bearer(&eve).send().await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("nonsense")), "{list}");
            let first = app.get(&format!("{list}?limit=2")).bearer(&eve).send().await;
            assert!(first.header("link").contains("rel=\"next\""), "{list}: {}", first.header("link"));
            let first = first.json();
            let next = app.get(first["links"]["next"].as_str().unwrap()).bearer(&eve).send().await.json();
            let prev = app.get(next["links"]["prev"].as_str().unwrap()).bearer(&eve).send().await.json();
            assert_eq!((first["data"].as_array().unwrap().len(), &prev["data"]), (2, &first["data"]), "{list}");
            let gone = app.get(&format!("{list}?cursor=nope")).bearer(&eve).send().await;
            assert_eq!(gone.status, 400, "{list}");
        }
    }

    async fn the_links_of_a_role_say_what_the_caller_may_do(app) {
        let eve = admin(&app).await;
        app.user_with_permissions("reader", &[claviger::model::Permission::RolesRead]).await;
        let reader = app.tokens("reader").await.0;
        let body = json!({ "name": "support", "permissions": ["users:read"] });
        let created = app.post("/api/v1/roles").bearer(&eve).json(&body).send().await.json();
        let this = "/api/v1/roles/support";
        let action = |method: &str| json!({ "href": this, "method": method });
        assert_eq!(created["links"], json!({ "self": this, "replace": action("PUT"), "delete": action("DELETE") }));
        let links = async |token: &str, path: &str| app.get(path).bearer(token).send().await.json()["links"].clone();
        assert_eq!(links(&reader, this).await, json!({ "self": this }));
        assert_eq!(links(&eve, "/api/v1/roles/admin").await, json!({ "self": "/api/v1/roles/admin" }));
        app.user_with("ada", &["support"], true).await;
        assert_eq!(links(&eve, this).await, json!({ "self": this, "replace": action("PUT") }), "it has a holder");
    }

    async fn an_auditor_reads_neither_users_nor_roles(app) {
        app.user_with("ada", &["auditor", "user"], true).await;
        let (token, _) = app.tokens("ada").await;
        for path in ["/api/v1/users", "/api/v1/roles", "/api/v1/permissions", "/api/v1/admin/sessions"] {
            assert_eq!(app.get(path).bearer(&token).send().await.status, 403, "{path}");
        }
    }
}
