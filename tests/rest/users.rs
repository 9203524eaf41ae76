//! `/users`: the users, for administrators.

use super::assert_matches_snapshot;
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{model::User, server::domain::UserChange};
use futures::future::join_all;
use serde_json::{Value, json};

/// Creates an administrator and returns their access token.
pub async fn admin(app: &TestApp) -> String {
    app.admin("eve").await;
    app.tokens("eve").await.0
}

pub fn path(user: &User) -> String {
    format!("/api/v1/users/{}", user.id)
}

async fn names(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let list = app.get(&format!("/api/v1/users?{query}")).bearer(token).send().await;
    assert_eq!(list.status, 200, "{query}: {}", list.text);
    let rows = list.json()["data"].as_array().unwrap().clone();
    rows.iter().map(|row| row["email"].as_str().unwrap().split('@').next().unwrap().to_owned()).collect()
}

pub fn status_and_code(answer: &TestResponse) -> (u16, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

on_both_databases! {
    async fn responses_match_the_contract(app) {
        let eve = admin(&app).await;
        let body = json!({ "email": "Grace@example.com", "username": "grace", "name": "Grace H.", "password": PASSWORD, "emailVerified": true });
        let created = app.post("/api/v1/users").bearer(&eve).json(&body).send().await;
        let location = created.header("location").to_owned();
        let ban = json!({ "until": "2999-01-01T00:00:00Z", "reason": "spam" });
        let answers = [
            ("created".to_owned(), created),
            ("the list".to_owned(), app.get("/api/v1/users?limit=1&sort=email").bearer(&eve).send().await),
            ("one".to_owned(), app.get(&location).bearer(&eve).send().await),
            ("patched".to_owned(), app.request("PATCH", &location).bearer(&eve).json(&json!({ "username": null })).send().await),
            ("replaced".to_owned(), app.request("PUT", &location).bearer(&eve).json(&json!({ "email": "grace@example.org", "name": "Grace" })).send().await),
            ("banned".to_owned(), app.post(&format!("{location}/ban")).bearer(&eve).json(&ban).send().await),
            ("its roles".to_owned(), app.get(&format!("{location}/roles")).bearer(&eve).send().await),
            ("deleted".to_owned(), app.request("DELETE", &location).bearer(&eve).send().await),
            ("gone".to_owned(), app.get(&location).bearer(&eve).send().await),
        ];
        assert_matches_snapshot("users", &answers);
    }

    async fn every_filter_shows_exactly_the_users_it_describes(app) {
        app.run_sql("DELETE FROM users").await;
        let eve = admin(&app).await;
        for name in ["ada", "bob"] {
            app.pass(1);
            app.user(name).await;
        }
        app.pass(1);
        let cid = app.user_with("cid", &["user"], false).await;
        app.pass(1);
        let dan = app.user("dan").await;
        app.tokens("ada").await;
        app.change(dan.id, UserChange::Ban { until: None, reason: None }).await;
        for _ in 0..5 {
            app.log_in("bob@example.com", "incorrect horse").await;
        }
        let cases = [
            ("", vec!["dan", "cid", "bob", "ada", "eve"]),
            ("sort=createdAt", vec!["eve", "ada", "bob", "cid", "dan"]),
            ("sort=-email", vec!["eve", "dan", "cid", "bob", "ada"]),
            ("search=CI", vec!["cid"]),
            ("search=%25", vec![]),
            (&format!("search={}", cid.id), vec!["cid"]),
            ("search=ci%00d", vec!["cid"]),
            ("status=banned", vec!["dan"]),
            ("status=active", vec!["cid", "bob", "ada", "eve"]),
            ("role=admin", vec!["eve"]),
            ("role=none", vec![]),
            ("verified=false", vec!["cid"]),
            ("verified=true&status=active", vec!["bob", "ada", "eve"]),
            ("locked=true", vec!["bob"]),
            ("locked=false", vec!["dan", "cid", "ada", "eve"]),
            ("signedIn=true", vec!["ada", "eve"]),
            ("signedIn=false", vec!["dan", "cid", "bob"]),
        ];
        for (query, expected) in cases {
            assert_eq!(names(&app, &eve, query).await, expected, "{query}");
        }
        app.pass(16 * 60);
        assert_eq!(names(&app, &eve, "locked=true").await, [""; 0], "a lock that is over");
        for wrong in ["status=x", "verified=yes", "locked=1", "signedIn=x", "sort=name", "limit=0", "cursor=x", "role=a&role=b", "nonsense=1", "order=desc"] {
            let answer = app.get(&format!("/api/v1/users?{wrong}")).bearer(&eve).send().await;
            assert_eq!(status_and_code(&answer), (400, "invalid_input".to_owned()), "{wrong}");
        }
    }

    async fn nobody_bans_themselves(app) {
        app.admin("root").await;
        let eve_user = app.admin("eve").await;
        let eve = app.tokens("eve").await.0;
        let answer = app.post(&format!("{}/ban", path(&eve_user))).bearer(&eve).json(&json!({})).send().await;
        assert_eq!(status_and_code(&answer), (409, "conflict".to_owned()), "{}", answer.text);
        assert_eq!(app.get(&path(&eve_user)).bearer(&eve).send().await.json()["status"], "active");
    }

    async fn a_ban_until_a_date_ends_with_it(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let until = (app.services.clock.now() + std::time::Duration::from_mins(1)).to_string();
        let answer = app.post(&format!("{}/ban", path(&ada))).bearer(&eve).json(&json!({ "until": until })).send().await;
        assert_eq!(answer.json()["status"], "banned");
        app.pass(61);
        let answer = app.get(&path(&ada)).bearer(&eve).send().await.json();
        assert_eq!((&answer["status"], &answer["bannedUntil"]), (&json!("active"), &Value::Null));
        assert_eq!(names(&app, &eve, "status=banned").await, [""; 0]);
        app.tokens("ada").await;
    }

    async fn links_page_through_every_order_in_both_directions(app) {
        let eve = admin(&app).await;
        for name in ["ada", "bob", "cid", "dan"] {
            app.pass(1);
            app.user(name).await;
        }
        app.tokens("cid").await;
        for sort in ["createdAt", "-createdAt", "email", "-email", "lastSignInAt", "-lastSignInAt"] {
            let all = names(&app, &eve, &format!("sort={sort}")).await;
            let (mut link, mut seen, mut last) = (Some(format!("/api/v1/users?limit=2&sort={sort}")), Vec::new(), None);
            while let Some(next) = link {
                let answer = app.get(&next).bearer(&eve).send().await.json();
                let rows = answer["data"].as_array().unwrap();
                seen.extend(rows.iter().map(|row| row["username"].as_str().unwrap().to_owned()));
                link = answer["links"]["next"].as_str().map(str::to_owned);
                last = answer["links"]["prev"].as_str().map(str::to_owned);
            }
            assert_eq!(seen, all, "{sort}");
            let before = app.get(&last.unwrap()).bearer(&eve).send().await.json();
            let before: Vec<_> = before["data"].as_array().unwrap().iter().map(|row| row["username"].clone()).collect();
            assert_eq!(before, all[2..4], "{sort}, backward");
        }
    }

    async fn a_list_tells_how_many_there_are_unless_asked_not_to(app) {
        let eve = admin(&app).await;
        let list = async |query: &str, prefer: &str| {
            app.get(&format!("/api/v1/users?{query}")).bearer(&eve).header("prefer", prefer).send().await
        };
        let counted = list("page_size=1&offset=1&sort=email&order=desc", "").await;
        let pagination = counted.json()["pagination"].clone();
        assert_eq!((&pagination["total"], &pagination["totalPages"], &pagination["offset"]), (&json!(2), &json!(2), &json!(1)));
        assert!(counted.header("link").contains("rel=\"prev\""), "{}", counted.header("link"));
        let uncounted = list("", "count=none").await.json();
        assert_eq!((&uncounted["pagination"]["total"], &uncounted["pagination"]["totalPages"]), (&Value::Null, &Value::Null));
        assert_eq!(uncounted["data"].as_array().unwrap().len(), 2);
    }

    async fn a_change_of_an_older_version_is_refused_and_changes_nothing(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let tag = app.get(&path(&ada)).bearer(&eve).send().await.header("etag").to_owned();
        let rename = async |name: &str, tag: &str| {
            app.request("PATCH", &path(&ada)).bearer(&eve).header("if-match", tag).json(&json!({ "name": name })).send().await
        };
        let first = rename("First", &tag).await;
        assert_eq!(first.status, 200, "{}", first.text);
        let second = rename("Second", &tag).await;
        assert_eq!(status_and_code(&second), (412, "precondition_failed".to_owned()));
        assert_eq!(app.find(ada.id).await.name.as_str(), "First");
        let current = first.header("etag").to_owned();
        let read = async || app.get(&path(&ada)).bearer(&eve).header("if-none-match", &current).send().await;
        let known = read().await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", current.as_str()));
        app.tokens("ada").await;
        assert_eq!(read().await.status, 200, "there is another last sign-in now");
        let delete = app.request("DELETE", &path(&ada)).bearer(&eve).header("if-match", &tag).send().await;
        assert_eq!(delete.status, 412);
    }

    async fn of_many_changes_of_one_version_one_is_kept(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        for round in 0..5 {
            let tag = app.get(&path(&ada)).bearer(&eve).send().await.header("etag").to_owned();
            let (app, ada, eve, tag) = (&app, &ada, &eve, &tag);
            let renames = (0..8).map(|number| async move {
                let body = json!({ "name": format!("Name {round} {number}") });
                app.request("PATCH", &path(ada)).bearer(eve).header("if-match", tag).json(&body).send().await.status
            });
            let mut statuses = join_all(renames).await;
            statuses.sort_unstable();
            assert_eq!(statuses, [vec![200], vec![412; 7]].concat(), "round {round}");
        }
    }

    async fn a_new_email_address_is_not_verified_and_a_new_spelling_of_the_old_one_is(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let change = async |email: &str| {
            let answer = app.request("PATCH", &path(&ada)).bearer(&eve).json(&json!({ "email": email })).send().await.json();
            (answer["email"].as_str().unwrap().to_owned(), answer["emailVerified"].as_bool().unwrap())
        };
        assert_eq!(change("Ada@example.com").await, ("Ada@example.com".to_owned(), true));
        assert_eq!(change("ada@example.org").await, ("ada@example.org".to_owned(), false));
        let verified = app.post(&format!("{}/verify", path(&ada))).bearer(&eve).send().await;
        assert_eq!(verified.json()["emailVerified"], true);
        assert_eq!(verified.json()["links"]["verify"], Value::Null, "there is nothing left to verify");
    }

    async fn what_changes_nothing_leaves_no_trace(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let tag = async || app.get(&path(&ada)).bearer(&eve).send().await.header("etag").to_owned();
        let (before, events) = (tag().await, app.count("SELECT count(*) FROM audit").await);
        app.pass(1);
        for (method, action, body) in [
            ("PATCH", "", json!({})),
            ("PATCH", "", json!({ "name": "ada", "username": "ada" })),
            ("PUT", "", json!({ "email": "ada@example.com", "username": "ada", "name": "ada" })),
            ("POST", "/verify", json!({})),
        ] {
            let asking = app.request(method, &format!("{}{action}", path(&ada))).bearer(&eve);
            let answer = asking.header("if-match", &before).json(&body).send().await;
            assert_eq!((answer.status, answer.header("etag")), (200, before.as_str()), "{method} {action}");
        }
        assert_eq!((tag().await, app.count("SELECT count(*) FROM audit").await), (before.clone(), events));
        let change = app.request("PATCH", &path(&ada)).bearer(&eve).json(&json!({ "name": "Ada" })).send().await;
        assert!(change.status == 200 && tag().await != before);
    }

    async fn taken_names_and_wrong_fields_are_refused_by_field(app) {
        let eve = admin(&app).await;
        let (ada, _) = (app.user("ada").await, app.user("bob").await);
        let fields = |answer: &TestResponse| -> Vec<String> {
            let details = answer.json()["details"].as_array().cloned().unwrap_or_default();
            details.iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect()
        };
        for (body, taken) in [
            (json!({ "email": "BOB@example.com" }), vec!["email"]),
            (json!({ "username": "Bob", "email": "ADA@example.com" }), vec!["username"]),
            (json!({ "username": "bob", "email": "bob@example.com" }), vec!["email", "username"]),
        ] {
            let answer = app.request("PATCH", &path(&ada)).bearer(&eve).json(&body).send().await;
            assert_eq!((status_and_code(&answer), fields(&answer)), ((409, "conflict".to_owned()), taken.iter().map(ToString::to_string).collect()), "{body}");
        }
        let taken = json!({ "email": "bob@example.com", "password": PASSWORD });
        let answer = app.post("/api/v1/users").bearer(&eve).json(&taken).send().await;
        assert_eq!((answer.status, fields(&answer)), (409, vec!["email".to_owned()]));
        for (body, field) in [
            (json!({ "email": "nonsense" }), "email"),
            (json!({ "email": "new@example.com", "username": "a b" }), "username"),
            (json!({ "email": "new@example.com", "name": "" }), "name"),
            (json!({ "email": "new@example.com", "password": "short" }), "password"),
            (json!({ "email": "new@example.com", "roles": ["nonsense"] }), "roles"),
            (json!({ "email": "new@example.com", "id": "x" }), "id"),
            (json!({ "email": "new@example.com", "name": 5 }), "name"),
            (json!({ "email": "new@example.com", "roles": ["user", 5] }), "roles[1]"),
            (json!({ "name": "x" }), "email"),
        ] {
            let answer = app.post("/api/v1/users").bearer(&eve).json(&body).send().await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!(field)), "{body}");
        }
        for body in [json!({ "email": null }), json!({ "name": null })] {
            assert_eq!(app.request("PATCH", &path(&ada)).bearer(&eve).json(&body).send().await.status, 400, "{body}");
        }
        let patch = app.request("PATCH", &path(&ada)).bearer(&eve).json(&json!({ "status": "banned" })).send().await;
        assert_eq!((patch.status, &patch.json()["details"][0]["field"]), (400, &json!("status")));
        for body in [json!({ "until": "2001-01-01T00:00:00Z" }), json!({ "until": "soon" })] {
            let answer = app.post(&format!("{}/ban", path(&ada))).bearer(&eve).json(&body).send().await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("until")), "{body}");
        }
        for reason in ["a\u{202E}b".to_owned(), "a\nb".to_owned(), "x".repeat(501)] {
            let body = json!({ "reason": reason });
            let answer = app.post(&format!("{}/ban", path(&ada))).bearer(&eve).json(&body).send().await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("reason")), "{reason:?}");
        }
    }

    async fn a_user_without_a_password_can_not_sign_in_before_a_reset(app) {
        let eve = admin(&app).await;
        let body = json!({ "email": "grace@example.com", "emailVerified": true });
        assert_eq!(app.post("/api/v1/users").bearer(&eve).json(&body).send().await.status, 201);
        assert_eq!(app.log_in("grace@example.com", PASSWORD).await.status, 400);
    }

    async fn the_log_has_the_values_before_and_after(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        app.pass(1);
        app.request("PATCH", &path(&ada)).bearer(&eve).json(&json!({ "name": "Ada L." })).send().await;
        let event = &app.db.latest_audit_of(ada.id, 1).await.unwrap()[0];
        assert_eq!(event.details, json!({ "old": { "name": "ada" }, "new": { "name": "Ada L." } }));
    }
}
