//! What lists of users say of their rows, and where their pages end.

use super::users::{admin, path, status_and_code};
use crate::{app::TestApp, on_both_databases};
use serde_json::{Value, json};

/// Returns the usernames of the users whom the filter finds locked, and of those who say that they are.
async fn locked(app: &TestApp, token: &str) -> [Vec<String>; 2] {
    let list = async |query: &str| {
        app.get(&format!("/api/v1/users?{query}")).bearer(token).send().await.json()["data"].clone()
    };
    let names = |rows: &Value, is_meant: &dyn Fn(&Value) -> bool| {
        let rows = rows.as_array().unwrap().iter().filter(|row| is_meant(row));
        let mut names: Vec<_> = rows.map(|row| row["username"].as_str().unwrap_or_default().to_owned()).collect();
        names.sort();
        names
    };
    [names(&list("locked=true").await, &|_| true), names(&list("").await, &|row| row["locked"] == true)]
}

on_both_databases! {
    async fn the_filter_and_the_field_agree_on_who_is_locked_after_a_change_of_names(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        for name in ["ada@example.com", "bob"] {
            for _ in 0..5 {
                app.post("/api/auth/login").json(&json!({ "identifier": name, "password": "incorrect horse" })).send().await;
            }
        }
        assert_eq!(locked(&app, &eve).await, [["ada", "bob"], ["ada", "bob"]].map(|names| names.map(str::to_owned).to_vec()));
        for user in [&ada, &bob] {
            let body = json!({ "email": format!("{}@example.org", user.name.as_str()) });
            assert_eq!(app.request("PATCH", &path(user)).bearer(&eve).json(&body).send().await.status, 200);
        }
        let bob_alone = || vec!["bob".to_owned()];
        assert_eq!(locked(&app, &eve).await, [bob_alone(), bob_alone()], "the lock on a username stays");
    }

    async fn a_page_past_the_end_leads_back_to_the_last_one(app) {
        let eve = admin(&app).await;
        app.user("ada").await;
        for (query, prev) in [
            ("limit=2&page=7", json!("/api/v1/users?limit=2&page=2")),
            ("limit=2&offset=9", json!("/api/v1/users?limit=2&offset=1")),
            ("limit=2&page=1", Value::Null),
            ("limit=2&page=1&search=no-one", Value::Null),
        ] {
            let answer = app.get(&format!("/api/v1/users?{query}")).bearer(&eve).send().await;
            assert_eq!(answer.json()["links"]["prev"], prev, "{query}");
        }
    }

    async fn actions_without_fields_refuse_a_body_that_has_some(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        for action in ["unban", "verify", "unlock"] {
            let send = async |body: &str| {
                let asking = app.post(&format!("{}/{action}", path(&ada))).bearer(&eve).header("content-type", "application/json");
                asking.body(body.to_owned()).send().await
            };
            for junk in ["nonsense", r#"{"reason":"x"}"#, "[]", "7"] {
                assert_eq!(status_and_code(&send(junk).await), (400, "bad_request".to_owned()), "{action}: {junk}");
            }
            assert_eq!((send("{}").await.status, send("").await.status), (200, 200), "{action}");
        }
    }

    async fn the_last_administrator_has_no_links_that_would_remove_them(app) {
        let eve = admin(&app).await;
        let links = async || {
            let found = app.get("/api/v1/users?search=eve%40example.com").bearer(&eve).send().await.json();
            ["ban", "delete", "update"].map(|name| found["data"][0]["links"][name].is_object())
        };
        assert_eq!(links().await, [false, false, true]);
        app.user_with("unverified", &["admin"], false).await;
        assert_eq!(links().await, [false, false, true], "who can't sign in does not count");
        app.admin("root").await;
        assert_eq!(links().await, [true, true, true]);
    }
}
