//! Who may change whom: administrators with limits, and the last administrator.

use super::users::{admin, path, status_and_code};
use crate::{app::TestApp, on_both_databases};
use futures::future::join_all;
use serde_json::json;

/// Creates a role with these permissions and a user who has it, and returns the user's access token.
async fn with_permissions(app: &TestApp, eve: &str, name: &str, permissions: &[&str]) -> String {
    let body = json!({ "name": name, "permissions": permissions });
    let created = app.post("/api/v1/roles").bearer(eve).json(&body).send().await;
    assert_eq!(created.status, 201, "{}", created.text);
    app.user_with(name, &[name, "user"], true).await;
    app.tokens(name).await.0
}

on_both_databases! {
    async fn no_one_changes_a_user_with_more_permissions(app) {
        let eve = admin(&app).await;
        let (root, ada) = (app.admin("root").await, app.user("ada").await);
        let support = with_permissions(&app, &eve, "support", &["users:read", "users:write", "roles:write"]).await;
        let tries = [
            ("PATCH", path(&root), json!({ "name": "x" })),
            ("PUT", path(&root), json!({ "email": "x@example.com", "name": "x" })),
            ("POST", format!("{}/ban", path(&root)), json!({})),
            ("DELETE", path(&root), json!({})),
            ("POST", format!("{}/unlock", path(&root)), json!({})),
            ("PUT", format!("{}/roles", path(&root)), json!({ "roles": ["user"] })),
            // Nor grants more than they have, to others or to themselves.
            ("PUT", format!("{}/roles", path(&ada)), json!({ "roles": ["admin"] })),
            ("POST", "/api/v1/users".to_owned(), json!({ "email": "new@example.com", "roles": ["admin"] })),
            ("POST", "/api/v1/roles".to_owned(), json!({ "name": "more", "permissions": ["audit:read"] })),
            ("PUT", "/api/v1/roles/support".to_owned(), json!({ "permissions": ["users:read", "audit:read"] })),
        ];
        for (method, path, body) in tries {
            let answer = app.request(method, &path).bearer(&support).json(&body).send().await;
            assert_eq!(status_and_code(&answer), (403, "forbidden".to_owned()), "{method} {path} {body}");
        }
        let browser = app.signed_in("support").await;
        let refused = browser.post("/fn/unlock_user", &[("id", &root.id.to_string())]).await;
        assert_eq!(refused.status, 303, "{}", refused.text);
        let own = app.get("/api/v1/users?search=support").bearer(&support).send().await.json()["data"][0]["id"].clone();
        let own = format!("/api/v1/users/{}/roles", own.as_str().unwrap());
        let answer = app.request("PUT", &own).bearer(&support).json(&json!({ "roles": ["admin", "support"] })).send().await;
        assert_eq!(answer.status, 403, "one's own roles");
        let seen = app.get(&path(&root)).bearer(&support).send().await.json();
        assert_eq!(seen["links"], json!({ "self": path(&root) }), "there is nothing that they may do with an administrator");
        let answer = app.request("PATCH", &path(&ada)).bearer(&support).json(&json!({ "name": "Ada L." })).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn no_one_changes_a_role_that_a_user_with_more_permissions_has(app) {
        let eve = admin(&app).await;
        let support = with_permissions(&app, &eve, "support", &["users:read", "roles:read", "roles:write"]).await;
        let body = json!({ "name": "looking", "permissions": ["users:read"] });
        app.post("/api/v1/roles").bearer(&eve).json(&body).send().await;
        let ada = app.user_with("ada", &["looking"], true).await;
        let less = json!({ "permissions": [] });
        let change = async || app.request("PUT", "/api/v1/roles/looking").bearer(&support).json(&less).send().await;
        assert_eq!(change().await.status, 200);
        let roles = json!({ "roles": ["looking", "admin"] });
        app.request("PUT", &format!("{}/roles", path(&ada))).bearer(&eve).json(&roles).send().await;
        assert_eq!(status_and_code(&change().await), (403, "forbidden".to_owned()));
        let deletion = app.request("DELETE", "/api/v1/roles/looking").bearer(&support).send().await;
        assert_eq!(status_and_code(&deletion), (403, "forbidden".to_owned()));
        assert_eq!(app.request("PUT", "/api/v1/roles/looking").bearer(&eve).json(&less).send().await.status, 200);
    }

    async fn one_changes_oneself_only_after_a_fresh_sign_in(app) {
        let eve = admin(&app).await;
        app.admin("root").await;
        let own = app.get("/api/v1/users?search=eve").bearer(&eve).send().await.json()["data"][0]["id"].clone();
        let own = format!("/api/v1/users/{}", own.as_str().unwrap());
        app.pass(11 * 60);
        let tries = [
            ("PATCH", own.clone(), json!({ "email": "elsewhere@example.com" })),
            ("PUT", format!("{own}/roles"), json!({ "roles": ["user"] })),
            ("POST", format!("{own}/verify"), json!({})),
            ("DELETE", own.clone(), json!({})),
        ];
        for (method, path, body) in tries {
            let answer = app.request(method, &path).bearer(&eve).json(&body).send().await;
            assert_eq!(status_and_code(&answer), (403, "fresh_sign_in_required".to_owned()), "{method} {path}");
        }
        let renamed = app.request("PATCH", &own).bearer(&eve).json(&json!({ "name": "Eve" })).send().await;
        assert_eq!(renamed.status, 200, "{}", renamed.text);
    }

    async fn the_last_administrator_keeps_a_verified_address(app) {
        let eve = admin(&app).await;
        app.user_with("unverified", &["admin", "user"], false).await;
        let own = app.get("/api/v1/users?search=eve").bearer(&eve).send().await.json()["data"][0]["id"].clone();
        let own = format!("/api/v1/users/{}", own.as_str().unwrap());
        let change = app.request("PATCH", &own).bearer(&eve).json(&json!({ "email": "tpyo@example.com" })).send().await;
        let ban = app.post(&format!("{own}/ban")).bearer(&eve).send().await;
        assert_eq!((change.status, ban.status), (409, 409), "an administrator who can't sign in is none");
    }

    async fn of_administrators_who_remove_each_other_one_remains(app) {
        let until = (app.clock.now() + std::time::Duration::from_hours(1)).to_string();
        for round in 0..6 {
            let pair = [format!("a{round}"), format!("b{round}")];
            let (first, second) = (app.admin(&pair[0]).await, app.admin(&pair[1]).await);
            let tokens = [app.tokens(&pair[0]).await.0, app.tokens(&pair[1]).await.0];
            let (app, until, paths) = (&app, &until, [path(&second), path(&first)]);
            let statuses = join_all(paths.iter().zip(&tokens).map(|(path, token)| async move {
                match round % 4 {
                    0 => app.request("DELETE", path).bearer(token).send().await.status,
                    1 => app.post(&format!("{path}/ban")).bearer(token).send().await.status,
                    kind => {
                        let until = json!({ "name": "admin", "until": until });
                        let roles = json!({ "roles": if kind == 2 { json!(["user"]) } else { json!([until]) } });
                        app.request("PUT", &format!("{path}/roles")).bearer(token).json(&roles).send().await.status
                    }
                }
            }))
            .await;
            let done = statuses.iter().filter(|status| [200, 204].contains(*status)).count();
            assert_eq!(done, 1, "round {round}: {statuses:?}");
            let left = "
                SELECT count(*) FROM user_roles JOIN users ON users.id = user_id
                WHERE role = 'admin' AND until IS NULL AND status = 'active'";
            assert_eq!(app.count(left).await, 1, "round {round}");
            app.run_sql("DELETE FROM users").await;
        }
    }

    async fn a_change_tells_nothing_to_who_may_not_read_users(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let blind = with_permissions(&app, &eve, "blind", &["users:write"]).await;
        for (method, path, body) in [
            ("PATCH", path(&ada), json!({})),
            ("PATCH", path(&ada), json!({ "name": "Ada" })),
            ("PUT", path(&ada), json!({ "email": "ada@example.com", "name": "Ada" })),
            ("POST", format!("{}/ban", path(&ada)), json!({})),
            ("POST", format!("{}/unban", path(&ada)), json!({})),
        ] {
            let answer = app.request(method, &path).bearer(&blind).json(&body).send().await;
            assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{method} {path}");
        }
        assert_eq!(app.find(ada.id).await.name.as_str(), "Ada");
    }
}
