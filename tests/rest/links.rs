//! The links of each resource: what the caller may do with it now, and nothing else.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::Permission;
use serde_json::{Value, json};

async fn get(app: &TestApp, bearer: &str, path: &str) -> Value {
    let answer = app.get(path).bearer(bearer).send().await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

/// Returns the links of the first resource of a list.
async fn links_of(app: &TestApp, bearer: &str, list: &str) -> Value {
    get(app, bearer, list).await["data"][0]["links"].clone()
}

fn names(links: &Value) -> Vec<&str> {
    links.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Sends what a link says, with a body that no operation accepts.
async fn follow(app: &TestApp, bearer: &str, link: &Value) -> TestResponse {
    let (method, path) = match link.as_str() {
        Some(this) => ("GET", this),
        None => (link["method"].as_str().unwrap(), link["href"].as_str().unwrap()),
    };
    let asking = app.request(method, path).bearer(bearer);
    if method == "GET" { asking.send().await } else { asking.json(&json!({ "unknown": 1 })).send().await }
}

on_both_databases! {
    async fn a_session_offers_its_end_to_its_own_user(app) {
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        app.pass(60);
        let (other, _) = app.tokens("ada").await;
        let this = format!("/api/v1/sessions/{}", TestApp::session_of(&ada));
        let session = get(&app, &other, "/api/v1/sessions").await["data"][1].clone();
        assert_eq!(session["links"], json!({ "self": this, "end": { "href": this, "method": "DELETE" } }));
        assert_eq!(get(&app, &other, &this).await, session, "the list shows the same");
        assert_eq!(follow(&app, &other, &session["links"]["end"]).await.status, 204);
        assert_eq!(follow(&app, &other, &session["links"]["self"]).await.status, 404, "it has ended");
    }

    async fn a_session_offers_its_end_to_those_who_may_revoke_it_while_it_lives(app) {
        app.user("ada").await;
        app.tokens("ada").await;
        app.user_with_permissions("reader", &[Permission::SessionsRead]).await;
        app.user_with_permissions("revoker", &[Permission::SessionsRead, Permission::SessionsRevoke]).await;
        let (reader, revoker) = (app.tokens("reader").await.0, app.tokens("revoker").await.0);
        let user = app.services.users.find_by_any("ada").await.unwrap().id;
        for list in [format!("/api/v1/admin/sessions?user={user}"), format!("/api/v1/users/{user}/sessions")] {
            let links = links_of(&app, &reader, &list).await;
            assert_eq!(names(&links), ["self"], "{list}");
            assert_eq!(get(&app, &reader, links["self"].as_str().unwrap()).await["links"], links);
            assert_eq!(names(&links_of(&app, &revoker, &list).await), ["revoke", "self"], "{list}");
        }
        let links = links_of(&app, &revoker, &format!("/api/v1/admin/sessions?user={user}")).await;
        assert_eq!(follow(&app, &revoker, &links["revoke"]).await.status, 204);
        let ended = get(&app, &revoker, links["self"].as_str().unwrap()).await;
        assert_eq!((&ended["state"], names(&ended["links"])), (&json!("ended"), vec!["self"]));
    }

    async fn an_inspected_session_offers_what_its_reader_may_do(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (ada, eve) = (app.tokens("ada").await.0, app.tokens("eve").await.0);
        for (reader, expected) in [(&ada, vec!["end", "self"]), (&eve, vec!["revoke", "self"])] {
            let inspected = app.post("/api/v1/tokens/inspect").bearer(reader).json(&json!({ "token": ada })).send().await;
            let links = inspected.json()["session"]["links"].clone();
            assert_eq!(names(&links), expected);
            assert_eq!(follow(&app, reader, &links["self"]).await.status, 200);
        }
    }

    async fn every_link_leads_to_an_operation_that_the_caller_may_use(app) {
        let ada = app.user_with("ada", &["user"], false).await;
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        app.user("bob").await;
        app.pass(1);
        app.tokens("bob").await;
        let role = json!({ "name": "looking", "permissions": [] });
        assert_eq!(app.post("/api/v1/roles").bearer(&eve).json(&role).send().await.status, 201);
        let bulk = json!({ "action": "verify", "ids": [ada.id.to_string()] });
        let job = app.post("/api/v1/users/bulk").bearer(&eve).json(&bulk).send().await.header("location").to_owned();
        let mut links = vec![get(&app, &eve, &job).await["links"].clone()];
        for path in [format!("/api/v1/users/{}", ada.id), "/api/v1/roles/looking".into()] {
            links.push(get(&app, &eve, &path).await["links"].clone());
        }
        for list in ["/api/v1/audit-events", "/api/v1/sessions", "/api/v1/admin/sessions"] {
            links.push(links_of(&app, &eve, list).await);
        }
        assert!(["update", "replace", "ban", "verify", "roles", "signOut", "auditEvents"].iter().all(|name| !links[1][name].is_null()));
        // What deletes comes last: the user after the user's sessions, and the caller's own session at the very end.
        let mut all: Vec<&Value> = links.iter().flat_map(|links| links.as_object().unwrap().values()).collect();
        let order = ["/admin/users/", "/users/", "/roles/", "/admin/sessions/", "/sessions/"];
        let place = |link: &Value| order.iter().position(|part| link["href"].to_string().contains(part));
        all.sort_by_key(|link| (link["method"] == "DELETE", place(link)));
        for link in all {
            let status = follow(&app, &eve, link).await.status;
            assert!([200, 204, 400].contains(&status), "{link}: {status}");
        }
    }

    async fn a_role_that_someone_with_more_permissions_has_does_not_offer_its_change(app) {
        app.admin("eve").await;
        app.user_with_permissions("support", &[Permission::RolesRead, Permission::RolesWrite]).await;
        let (eve, support) = (app.tokens("eve").await.0, app.tokens("support").await.0);
        let role = json!({ "name": "looking", "permissions": [] });
        assert_eq!(app.post("/api/v1/roles").bearer(&eve).json(&role).send().await.status, 201);
        let path = "/api/v1/roles/looking";
        assert_eq!(names(&get(&app, &support, path).await["links"]), ["delete", "replace", "self"]);
        app.user_with("boss", &["admin", "looking"], true).await;
        assert_eq!(names(&get(&app, &support, path).await["links"]), ["self"]);
        assert_eq!(names(&get(&app, &eve, path).await["links"]), ["replace", "self"]);
        let body = json!({ "permissions": [] });
        assert_eq!(app.request("PUT", path).bearer(&support).json(&body).send().await.status, 403);
    }
}
