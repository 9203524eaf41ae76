//! `/users/{id}/roles`: roles given for good, and until a time.

use super::users::{admin, path, status_and_code};
use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::{Permission, User};
use serde_json::{Value, json};
use std::time::Duration;

const HOUR: u64 = 3600;

fn after(app: &TestApp, seconds: u64) -> String {
    (app.clock.now() + Duration::from_secs(seconds)).to_string()
}

async fn give(app: &TestApp, token: &str, user: &User, roles: Value) -> TestResponse {
    let body = json!({ "roles": roles });
    app.request("PUT", &format!("{}/roles", path(user))).bearer(token).json(&body).send().await
}

async fn given(app: &TestApp, token: &str, user: &User) -> Value {
    app.get(&format!("{}/roles", path(user))).bearer(token).send().await.json()["data"].clone()
}

on_both_databases! {
    async fn a_role_given_until_a_time_counts_for_nothing_from_then_on(app) {
        let eve = admin(&app).await;
        app.user_with_permissions("support", &[Permission::UsersRead]).await;
        let ada = app.user("ada").await;
        let until = after(&app, HOUR);
        let roles = json!([{ "name": "support", "until": until }, "user"]);
        let answer = give(&app, &eve, &ada, roles.clone()).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "roles": roles })));
        let listed = json!([{ "name": "support", "until": until }, { "name": "user", "until": null }]);
        assert_eq!(given(&app, &eve, &ada).await, listed);
        app.pass(HOUR - 1);
        app.services.roles.expire().await.unwrap();
        let (token, refresh) = app.tokens("ada").await;
        assert_eq!(app.get("/api/v1/users").bearer(&token).send().await.status, 200);
        app.pass(1);
        let late = app.tokens("ada").await.0;
        assert_eq!(app.profile(&late).await.json()["roles"], json!(["user"]), "before the role was taken away");
        assert_eq!(app.get("/api/v1/users").bearer(&late).send().await.status, 403);
        assert_eq!(given(&app, &eve, &ada).await, json!([{ "name": "user", "until": null }]));
        assert_eq!(app.get("/api/v1/users?role=support&search=ada").bearer(&eve).send().await.json()["data"], json!([]));
        app.services.roles.expire().await.unwrap();
        assert_eq!(app.get("/api/v1/users").bearer(&token).send().await.error(), "Token revoked");
        let fresh = app.post("/api/v1/auth/refresh").json(&json!({ "refreshToken": refresh })).send().await.json();
        let fresh = fresh["token"].as_str().unwrap();
        assert_eq!(app.get("/api/v1/users").bearer(fresh).send().await.status, 403, "the session goes on without it");
        assert_eq!(app.count("SELECT count(*) FROM user_roles WHERE until IS NOT NULL").await, 0);
        let past = app.db.latest_audit_of(ada.id, 9).await.unwrap();
        let event = past.iter().find(|event| event.action == "user.roles_expired").unwrap();
        assert_eq!(event.actor, claviger::server::domain::Actor::System);
        let expected = (json!([format!("support until {until}"), "user"]), json!(["user"]));
        assert_eq!((event.details["old"]["roles"].clone(), event.details["new"]["roles"].clone()), expected);
    }

    async fn two_nodes_take_an_ended_role_away_once(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        give(&app, &eve, &ada, json!(["user", { "name": "auditor", "until": after(&app, HOUR) }])).await;
        app.pass(HOUR);
        let (before, node) = (app.find(ada.id).await, app.node_at(app.clock.now()).await);
        let (first, second) = tokio::join!(app.services.roles.expire(), node.services.roles.expire());
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        let after = app.find(ada.id).await;
        assert_eq!((after.token_version, after.version), (before.token_version + 1, before.version + 1));
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.roles_expired'").await, 1);
        node.db.close().await;
    }

    async fn an_end_that_has_passed_or_is_no_time_is_refused(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        for until in [after(&app, 0), "2001-01-01T00:00:00Z".to_owned(), "soon".to_owned(), String::new()] {
            let answer = give(&app, &eve, &ada, json!(["user", { "name": "auditor", "until": until }])).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("until")), "{until}");
        }
        for odd in [json!([{ "until": after(&app, HOUR) }]), json!([{ "name": "user", "forever": true }]), json!([7]), json!("user")] {
            assert_eq!(status_and_code(&give(&app, &eve, &ada, odd.clone()).await), (400, "bad_request".to_owned()), "{odd}");
        }
        assert_eq!(given(&app, &eve, &ada).await, json!([{ "name": "user", "until": null }]));
        let answer = give(&app, &eve, &ada, json!([{ "name": "user", "until": null }])).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "roles": ["user"] })));
    }

    async fn an_administrator_for_good_always_remains(app) {
        let eve = admin(&app).await;
        let eve_user = app.services.users.find_by_any("eve").await.unwrap();
        let ada = app.user("ada").await;
        let until = json!({ "name": "admin", "until": after(&app, HOUR) });
        assert_eq!(give(&app, &eve, &ada, json!(["user", until])).await.status, 200);
        let ada_token = app.tokens("ada").await.0;
        for roles in [json!(["user"]), json!([until]), json!([until, "admin"]), json!(["admin", until])] {
            for (who, token) in [("eve", &eve), ("ada", &ada_token)] {
                let answer = give(&app, token, &eve_user, roles.clone()).await;
                let expected = if who == "ada" && roles == json!(["admin", until]) { [409, 403] } else { [409, 409] };
                assert!(expected.contains(&answer.status), "{who} {roles}: {}", answer.text);
            }
        }
        let one = path(&eve_user);
        for (method, path) in [("DELETE", one.clone()), ("POST", format!("{one}/ban"))] {
            assert_eq!(app.request(method, &path).bearer(&ada_token).send().await.status, 409, "{method} {path}");
        }
        // An administrator until a time may go at any time, and one for good when there is another one.
        assert_eq!(give(&app, &eve, &ada, json!(["admin"])).await.status, 200);
        assert_eq!(give(&app, &eve, &eve_user, json!([until])).await.status, 200);
        app.pass(HOUR);
        app.services.roles.expire().await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM user_roles WHERE role = 'admin'").await, 1);
    }

    async fn no_one_gives_a_permission_for_longer_than_they_have_it(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        app.user_with_permissions("support", &[Permission::UsersRead]).await;
        let admin_until = |seconds| json!([{ "name": "admin", "until": after(&app, seconds) }]);
        give(&app, &eve, &ada, admin_until(HOUR)).await;
        let ada_token = app.tokens("ada").await.0;
        assert_eq!(give(&app, &ada_token, &bob, admin_until(HOUR)).await.status, 200);
        for (user, roles) in [(&bob, json!(["admin"])), (&bob, admin_until(HOUR + 1)), (&ada, json!(["admin"])), (&bob, json!(["support"]))] {
            let answer = give(&app, &ada_token, user, roles.clone()).await;
            assert_eq!(status_and_code(&answer), (403, "forbidden".to_owned()), "{roles}");
        }
        let new = json!({ "email": "new@example.com", "roles": ["admin"] });
        let wider = json!({ "permissions": ["users:read", "audit:read"] });
        for (method, path, body) in [("POST", "/api/v1/users", new), ("PUT", "/api/v1/roles/support", wider)] {
            let answer = app.request(method, path).bearer(&ada_token).json(&body).send().await;
            assert_eq!(status_and_code(&answer), (403, "forbidden".to_owned()), "{method} {path}");
        }
        // What others have for good they keep.
        give(&app, &eve, &bob, json!(["support"])).await;
        assert_eq!(give(&app, &ada_token, &bob, json!(["support", "user"])).await.status, 200);
        let narrower = json!({ "permissions": [] });
        assert_eq!(app.request("PUT", "/api/v1/roles/support").bearer(&ada_token).json(&narrower).send().await.status, 200);
    }

    async fn the_list_refuses_unknown_parameters_and_has_pages(app) {
        let eve = admin(&app).await;
        let ada = app.user_with("ada", &["auditor", "user"], true).await;
        let list = format!("{}/roles", path(&ada));
        let page = app.get(&format!("{list}?limit=1")).bearer(&eve).send().await.json();
        assert_eq!((&page["data"][0]["name"], &page["pagination"]["total"]), (&json!("auditor"), &json!(2)));
        let next = app.get(page["links"]["next"].as_str().unwrap()).bearer(&eve).send().await.json();
        assert_eq!((&next["data"][0]["name"], &next["links"]["next"]), (&json!("user"), &Value::Null));
        let answer = app.get(&format!("{list}?nonsense=1")).bearer(&eve).send().await;
        assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("nonsense")));
    }
}
