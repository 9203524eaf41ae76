//! The search for users in the header.

use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Permission, UserId},
    server::domain::UserChange,
};
use serde_json::{Value, json};

const FIELD: &str = "<input id=\"find\" name=\"search\" type=\"search\"";

async fn suggested(browser: &Browser, search: &str) -> Vec<Value> {
    let answer = browser.call("/fn/find_users", &[("search", search)]).await;
    assert_eq!(answer.status, 200, "{search}: {}", answer.text);
    answer.json().as_array().unwrap().clone()
}

async fn rename(app: &TestApp, user: UserId, name: &str) {
    app.change(user, UserChange::Name(DisplayName::parse(name).unwrap())).await;
}

on_both_databases! {
    async fn the_header_of_administrative_pages_finds_users_without_scripts(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let admin = app.signed_in("eve").await;
        for path in ["/admin", "/admin/monitor", "/admin/mail", "/admin/invitations", "/admin/users/new"] {
            let page = admin.get(path).await.text;
            assert!(page.contains(FIELD) && page.contains("<form method=\"get\" action=\"/admin/users\""), "{path}");
        }
        for path in ["/dashboard", "/account", "/admin/users"] {
            assert!(!admin.get(path).await.text.contains(FIELD), "{path}");
        }
        let found = admin.get("/admin/users?search=ADA").await.text;
        assert!(found.contains("ada@example.com") && !found.contains("<bdi>eve@example.com"));
    }

    async fn the_header_searches_only_for_those_who_may_read_users(app) {
        app.user_with_permissions("bob", &[Permission::SessionsRead]).await;
        assert!(!app.signed_in("bob").await.get("/admin/monitor").await.text.contains(FIELD));
    }

    async fn users_are_suggested_by_name_email_username_and_id(app) {
        let ada = app.user("ada").await;
        app.admin("eve").await;
        rename(&app, ada.id, "Ada Lovelace").await;
        let eve = app.signed_in("eve").await;
        for search in ["a", "love", "ADA@example.com", " ada ", &ada.id.to_string()] {
            let found = suggested(&eve, search).await;
            assert_eq!(found.len(), 1, "{search}: {found:?}");
            let expected = json!({
                "id": ada.id.to_string(),
                "name": "Ada Lovelace",
                "email": "ada@example.com",
                "username": "ada",
                "picture": null,
                "initials": "AL",
                "state": "Active",
            });
            assert_eq!(found[0], expected, "{search}");
        }
        for search in ["", "  ", "nobody", "%", "\0"] {
            assert_eq!(suggested(&eve, search).await, Vec::<Value>::new(), "{search:?}");
        }
    }

    async fn of_many_users_the_first_of_the_list_are_suggested(app) {
        app.admin("eve").await;
        for number in 0..10 {
            let user = app.user(&format!("user{number}")).await;
            rename(&app, user.id, &format!("<b>Ada</b> {number}")).await;
        }
        let eve = app.signed_in("eve").await;
        let found = suggested(&eve, "user").await;
        let listed = eve.get("/admin/users?search=user").await.text;
        let places: Vec<_> = found.iter().map(|user| listed.find(user["id"].as_str().unwrap()).unwrap()).collect();
        assert!(places.len() == 8 && places.is_sorted(), "{places:?}");
        assert!(found.iter().all(|user| user["name"].as_str().unwrap().starts_with("<b>Ada</b> ")), "text, as it is");
    }
}
