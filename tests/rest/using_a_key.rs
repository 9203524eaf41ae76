//! What an API key may do, and until when.

use crate::{
    access::create_key,
    app::{PASSWORD, TestApp, TestResponse, rounds},
    on_both_databases,
    races::race,
};
use claviger::{
    model::{Permission, UserId},
    server::domain::UserChange,
};
use serde_json::{Value, json};
use std::time::Duration;
use strum::VariantArray;

/// Returns a new key of this user with these scopes, and its id.
async fn key_of(app: &TestApp, name: &str, scopes: &[Permission]) -> (String, String) {
    create_key(app, &app.tokens(name).await.0, scopes).await
}

async fn get(app: &TestApp, key: &str, path: &str) -> TestResponse {
    app.get(path).bearer(key).send().await
}

async fn assert_rejected(app: &TestApp, key: &str) {
    let answer = get(app, key, "/api/v1/users/me").await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "Invalid API key"), "{}", answer.text);
    assert_eq!(answer.json()["code"], "invalid_api_key");
    assert_eq!(
        answer.header("www-authenticate"),
        r#"Bearer error="invalid_token", error_description="Invalid API key""#
    );
}

on_both_databases! {
    async fn a_key_is_sent_in_any_of_three_ways_and_alone(app) {
        app.user("ada").await;
        let (key, _) = key_of(&app, "ada", &[]).await;
        let me = || app.get("/api/user/profile");
        let ways = [("authorization", format!("Bearer {key}")), ("authorization", format!("Api-Key {key}")), ("x-api-key", key.clone())];
        for (name, value) in &ways {
            let answer = me().header(name, value).send().await;
            assert_eq!((answer.status, answer.json()["username"].as_str()), (200, Some("ada")), "{name}");
        }
        let both = me().header("x-api-key", &key).bearer(&app.tokens("ada").await.0).send().await;
        assert_eq!((both.status, both.json()["code"].as_str()), (401, Some("invalid_token")));
        let twice = me().header("x-api-key", &key).header("x-api-key", &key).send().await;
        assert_eq!(twice.status, 401);
    }

    async fn a_key_that_is_unknown_or_malformed_is_invalid(app) {
        app.user("ada").await;
        let (key, _) = key_of(&app, "ada", &[]).await;
        let other = if key.ends_with('2') { "3" } else { "2" };
        for wrong in ["clv_", "clv_x", &format!("{}{other}", &key[..key.len() - 1]), &format!("{key}{key}"), &key.to_lowercase()] {
            assert_rejected(&app, wrong).await;
        }
        let answer = app.get("/api/v1/users/me").header("x-api-key", "").send().await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("invalid_api_key")));
    }

    async fn a_key_in_an_address_is_no_credential(app) {
        app.user("ada").await;
        let (key, _) = key_of(&app, "ada", &[]).await;
        for name in ["api_key", "access_token", "key"] {
            assert_eq!(app.get(&format!("/api/v1/users/me?{name}={key}")).send().await.status, 401, "{name}");
        }
    }

    async fn a_key_never_does_what_its_owner_can_no_longer(app) {
        let kim = app.user_with_permissions("kim", &[Permission::UsersRead, Permission::RolesRead]).await;
        let (key, _) = key_of(&app, "kim", &[Permission::UsersRead]).await;
        assert_eq!(get(&app, &key, "/api/v1/users").await.status, 200);
        assert_eq!(get(&app, &key, "/api/v1/roles").await.status, 403, "not among its scopes");
        app.change(kim.id, UserChange::Roles(vec!["user".into()])).await;
        assert_eq!(get(&app, &key, "/api/v1/users").await.status, 403, "lost");
        assert_eq!(get(&app, &key, "/api/v1/users/me").await.status, 200, "still a key");
        app.change(kim.id, UserChange::Roles(vec!["admin".into()])).await;
        assert_eq!(get(&app, &key, "/api/v1/users").await.status, 200, "regained");
        assert_eq!(get(&app, &key, "/api/v1/audit-events").await.status, 403, "the owner's alone");
    }

    async fn a_key_grants_and_changes_no_more_than_its_scopes(app) {
        app.admin("eve").await;
        let (bob, mia) = (app.user("bob").await, app.admin("mia").await);
        let (key, _) = key_of(&app, "eve", &[Permission::UsersWrite, Permission::RolesWrite]).await;
        let roles = json!({ "roles": ["auditor"] });
        let granted = app.request("PUT", &format!("/api/v1/users/{}/roles", bob.id)).bearer(&key).json(&roles).send().await;
        assert_eq!(granted.status, 403, "{}", granted.text);
        let role = json!({ "name": "reader", "permissions": ["audit:read"] });
        assert_eq!(app.post("/api/v1/roles").bearer(&key).json(&role).send().await.status, 403);
        let ban = |id: UserId| app.post(&format!("/api/v1/users/{id}/ban")).bearer(&key).send();
        assert_eq!(ban(mia.id).await.status, 403, "she has more than the scopes");
        assert_eq!(ban(bob.id).await.status, 204);
        let job = json!({ "action": "ban", "ids": [mia.id.to_string()] });
        let started = app.post("/api/v1/users/bulk").bearer(&key).json(&job).send().await;
        app.services.bulk.work().await.unwrap();
        let job = get(&app, &key, started.header("location")).await.json();
        assert_eq!((&job["state"], &job["failed"]), (&json!("done"), &json!(1)), "{job}");
    }

    async fn a_key_changes_neither_password_nor_email_nor_keys_nor_sessions_of_its_owner(app) {
        let eve = app.admin("eve").await;
        let (key, id) = key_of(&app, "eve", Permission::VARIANTS).await;
        let own = format!("/api/v1/users/{}", eve.id);
        let (key_path, session) = (format!("/api/v1/api-keys/{id}"), format!("/api/v1/sessions/{id}"));
        let cases = [
            ("POST", "/api/v1/users/me/password", json!({ "currentPassword": PASSWORD, "newPassword": "another good password" })),
            ("POST", "/api/v1/users/me/email", json!({ "email": "other@example.com" })),
            ("PATCH", own.as_str(), json!({ "email": "other@example.com" })),
            ("PATCH", "/api/v1/users/me", json!({ "name": "Other" })),
            ("DELETE", "/api/v1/users/me", Value::Null),
            ("DELETE", own.as_str(), Value::Null),
            ("POST", "/api/v1/auth/confirm", json!({ "password": PASSWORD })),
            ("POST", "/api/v1/auth/logout", Value::Null),
            ("POST", "/api/v1/auth/logout-all", Value::Null),
            ("GET", "/api/v1/api-keys", Value::Null),
            ("POST", "/api/v1/api-keys", json!({ "name": "more", "scopes": [] })),
            ("DELETE", key_path.as_str(), Value::Null),
            ("GET", "/api/v1/sessions", Value::Null),
            ("DELETE", session.as_str(), Value::Null),
            ("GET", "/api/v1/users/me/data", Value::Null),
        ];
        for (method, path, body) in cases {
            let asking = app.request(method, path).bearer(&key);
            let answer = if body.is_null() { asking.send().await } else { asking.json(&body).send().await };
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text);
        }
        assert_eq!(get(&app, &key, "/api/v1/users/me").await.json()["email"], "eve@example.com");
    }

    async fn a_key_works_only_from_its_networks_and_the_denial_is_in_the_audit_log(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        let order = json!({ "name": "ci", "scopes": [], "networks": ["198.51.100.0/24", "2001:db8:1::/48"] });
        let key = app.post("/api/v1/api-keys").bearer(&ada).json(&order).send().await.json()["key"].as_str().unwrap().to_owned();
        let from = |address: &str| app.get("/api/v1/users/me").bearer(&key).header("x-forwarded-for", address).send();
        for inside in ["198.51.100.7", "2001:db8:1:2::3"] {
            assert_eq!(from(inside).await.status, 200, "{inside}");
        }
        let denied = from("203.0.113.9").await;
        assert_eq!((denied.status, denied.json()["code"].as_str()), (403, Some("forbidden")));
        let reasons = "SELECT count(*) FROM audit WHERE action = 'access.denied' AND details LIKE '%another network%'";
        assert_eq!(app.count(reasons).await, 1);
    }

    async fn a_key_ends_with_its_expiry_its_revocation_and_its_owner(app) {
        let until = (app.clock.now() + Duration::from_hours(1)).to_string();
        let names = ["ada", "bob", "kim", "liv", "mia", "zoe"];
        let (mut ids, mut keys) = (Vec::new(), Vec::new());
        for name in names {
            ids.push(app.user(name).await.id);
            let (token, _) = app.tokens(name).await;
            let order = json!({ "name": "ci", "scopes": [], "expiresAt": if name == "zoe" { json!(until) } else { Value::Null } });
            let created = app.post("/api/v1/api-keys").bearer(&token).json(&order).send().await.json();
            keys.push((token, created["key"].as_str().unwrap().to_owned(), created["id"].as_str().unwrap().to_owned()));
        }
        for (_, key, _) in &keys {
            assert_eq!(get(&app, key, "/api/v1/users/me").await.status, 200);
        }
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        app.request("DELETE", &format!("/api/v1/api-keys/{}", keys[0].2)).bearer(&keys[0].0).send().await;
        app.request("DELETE", &format!("/api/v1/admin/sessions/{}", keys[1].2)).bearer(&eve).send().await;
        app.change(ids[2], UserChange::Ban { until: None, reason: None }).await;
        app.change(ids[3], UserChange::Delete).await;
        let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
        assert_eq!(app.post("/api/v1/users/me/password").bearer(&keys[4].0).json(&change).send().await.status, 200);
        app.pass(3601);
        for (name, (_, key, _)) in names.iter().zip(&keys) {
            println!("{name}");
            assert_rejected(&app, key).await;
        }
    }

    async fn a_key_is_in_the_monitor_and_not_among_the_sessions_of_its_owner(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let (key, id) = key_of(&app, "ada", &[]).await;
        get(&app, &key, "/api/v1/users/me").await;
        let (eve, _) = app.tokens("eve").await;
        let rows = app.get("/api/v1/admin/sessions?kind=key").bearer(&eve).send().await.json();
        assert_eq!((rows["data"].as_array().unwrap().len(), &rows["data"][0]["id"]), (1, &json!(id)), "{rows}");
        assert_eq!((&rows["data"][0]["kind"], &rows["data"][0]["user"]["username"]), (&json!("key"), &json!("ada")));
        assert_eq!(rows["data"][0]["refreshExpiresAt"], Value::Null, "it never expires: {rows}");
        let (ada, _) = app.tokens("ada").await;
        let own = app.get("/api/v1/sessions").bearer(&ada).send().await.json();
        assert!(own["data"].as_array().unwrap().iter().all(|session| session["kind"] == "api"), "{own}");
        let signed_in = app.get("/api/v1/users?signedIn=true&search=ada").bearer(&eve).send().await.json();
        assert_eq!(signed_in["data"].as_array().unwrap().len(), 1, "by her sessions");
    }

    async fn the_last_use_is_recorded_with_its_network_and_moves_raise_no_alarm(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        app.user("ada").await;
        let (key, id) = key_of(&app, "ada", &[]).await;
        let (ada, _) = app.tokens("ada").await;
        let show = || app.get(&format!("/api/v1/api-keys/{id}")).bearer(&ada).send();
        assert_eq!(show().await.json()["lastUsedAt"], Value::Null);
        for network in ["198.51.100.7", "203.0.113.9"] {
            app.pass(60);
            app.get("/api/v1/users/me").bearer(&key).header("x-forwarded-for", network).send().await;
            app.services.sessions.last_seen().flush().await;
            let shown = show().await.json();
            assert_eq!(shown["lastUsedNetwork"], network, "{shown}");
            assert_eq!(shown["lastUsedAt"], app.clock.now().to_string());
        }
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE suspicion IS NOT NULL").await, 0);
    }

    async fn a_key_has_a_budget_of_its_own(app) {
        let app = app.limited(&[("limits.api", "3/1m")]).await;
        app.user("ada").await;
        let (key, _) = key_of(&app, "ada", &[]).await;
        let statuses: Vec<u16> = vec![
            get(&app, &key, "/api/v1/users/me").await.status, get(&app, &key, "/api/v1/users/me").await.status,
            get(&app, &key, "/api/v1/users/me").await.status, get(&app, &key, "/api/v1/users/me").await.status,
        ];
        assert_eq!(statuses, [200, 200, 200, 429]);
        let (other, _) = key_of(&app, "ada", &[]).await;
        let answer = get(&app, &other, "/api/v1/users/me").await;
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, r#""key";q=3;w=60"#));
    }

    async fn a_key_that_is_revoked_while_the_body_arrives_is_invalid(app) {
        app.admin("eve").await;
        let (key, id) = key_of(&app, "eve", &[Permission::RolesWrite]).await;
        let (eve, _) = app.tokens("eve").await;
        let revoke = async {
            assert_eq!(app.request("DELETE", &format!("/api/v1/api-keys/{id}")).bearer(&eve).send().await.status, 204);
        };
        let role = json!({ "name": "late", "permissions": [] }).to_string();
        let asking = app.post("/api/v1/roles").bearer(&key).header("content-type", "application/json");
        let late = asking.send_around(role, revoke).await;
        assert_eq!((late.status, late.error().as_str()), (401, "Invalid API key"), "{}", late.text);
        assert_eq!(app.count("SELECT count(*) FROM roles WHERE name = 'late'").await, 0);
    }

    async fn a_key_that_is_revoked_while_it_is_used_does_nothing_afterwards(app) {
        for round in 0..rounds(4, 200) {
            let name = format!("eve{round}");
            app.admin(&name).await;
            let (key, id) = key_of(&app, &name, &[Permission::RolesWrite, Permission::RolesRead]).await;
            let (token, _) = app.tokens(&name).await;
            let statuses = race(9, |number| {
                let (app, key, id, token) = (app.clone(), key.clone(), id.clone(), token.clone());
                async move {
                    if number == 0 {
                        let revoked = app.request("DELETE", &format!("/api/v1/api-keys/{id}")).bearer(&token).send().await;
                        assert_eq!(revoked.status, 204);
                        let late = json!({ "name": format!("late-{round}"), "permissions": [] });
                        assert_eq!(app.post("/api/v1/roles").bearer(&key).json(&late).send().await.status, 401);
                    }
                    let role = json!({ "name": format!("role-{round}-{number}"), "permissions": [] });
                    app.post("/api/v1/roles").bearer(&key).json(&role).send().await.status
                }
            })
            .await;
            assert!(statuses.iter().all(|status| [201, 401].contains(status)), "{statuses:?}");
        }
    }
}
