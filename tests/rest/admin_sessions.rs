//! `/admin/sessions` and `/admin/monitor`: sessions of all users.

use super::assert_matches_snapshot;
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::DisplayName,
    server::{
        domain::Actor,
        domain::UserChange,
        services::{Cursor, Ending, SessionQuery},
    },
};
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const NEWER_FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";

/// Creates an administrator and returns their access token.
pub async fn watcher(app: &TestApp) -> String {
    app.admin("eve").await;
    app.tokens("eve").await.0
}

async fn list(app: &TestApp, token: &str, query: &str) -> TestResponse {
    app.get(&format!("/api/v1/admin/sessions{query}")).bearer(token).send().await
}

fn emails(list: &TestResponse) -> Vec<String> {
    let rows = list.json()["data"].as_array().unwrap().clone();
    rows.iter().map(|row| row["user"]["email"].as_str().unwrap().split('@').next().unwrap().to_owned()).collect()
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

async fn state_of(app: &TestApp, watcher: &str, token: &str) -> (String, String) {
    app.services.sessions.last_seen().flush().await;
    let path = format!("/api/v1/admin/sessions/{}", TestApp::session_of(token));
    let answer = app.get(&path).bearer(watcher).send().await.json();
    (answer["state"].as_str().unwrap().to_owned(), answer["reason"].as_str().unwrap_or_default().to_owned())
}

on_both_databases! {
    async fn responses_match_the_contract(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        app.pass(60);
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        let ada = app.post("/api/auth/login").header("user-agent", FIREFOX).json(&body).send().await.json();
        app.pass(60);
        let body = json!({ "refreshToken": ada["refreshToken"] });
        app.post("/api/v1/auth/refresh").header("user-agent", FIREFOX).json(&body).send().await;
        app.services.monitor.events().flush().await.unwrap();
        app.profile(&eve).await;
        app.services.sessions.last_seen().flush().await;
        let session = TestApp::session_of(ada["token"].as_str().unwrap());
        let answers = [
            ("the list".to_owned(), list(&app, &eve, "").await),
            ("a part of it".to_owned(), list(&app, &eve, "?limit=1&search=example&sort=user").await),
            ("one".to_owned(), app.get(&format!("/api/v1/admin/sessions/{session}")).bearer(&eve).send().await),
            ("the figures".to_owned(), app.get("/api/v1/admin/monitor").bearer(&eve).send().await),
        ];
        assert_matches_snapshot("admin_sessions", &answers);
    }

    async fn links_page_through_every_sort_order_in_both_directions(app) {
        let eve = watcher(&app).await;
        for name in ["ada", "bob", "cid", "dan"] {
            app.pass(7);
            app.user(name).await;
            app.tokens(name).await;
        }
        // Otherwise the last-seen update of this request could be written during the walk through the list.
        app.profile(&eve).await;
        app.services.sessions.last_seen().flush().await;
        for sort in ["user", "createdAt", "lastSeenAt", "accessExpiresAt", "refreshExpiresAt", "generation"] {
            for direction in ["", "-"] {
                let all = ids(&list(&app, &eve, &format!("?sort={direction}{sort}")).await.json());
                assert_eq!(all.len(), 5);
                let mut link = format!("/api/v1/admin/sessions?limit=2&sort={direction}{sort}");
                let mut there = Vec::new();
                let last = loop {
                    let answer = app.get(&link).bearer(&eve).send().await.json();
                    assert_eq!(answer["pagination"]["total"], 5);
                    there.extend(ids(&answer));
                    match answer["links"]["next"].as_str() {
                        Some(next) => link = next.to_owned(),
                        None => break answer,
                    }
                };
                assert_eq!(there, all, "{direction}{sort}");
                let before = app.get(last["links"]["prev"].as_str().unwrap()).bearer(&eve).send().await.json();
                assert_eq!(ids(&before), all[2..4], "{direction}{sort}");
                let first = app.get(before["links"]["prev"].as_str().unwrap()).bearer(&eve).send().await.json();
                assert_eq!((ids(&first), first["links"]["prev"].clone()), (all[..2].to_vec(), Value::Null));
            }
        }
        assert_eq!(emails(&list(&app, &eve, "?sort=user").await), ["ada", "bob", "cid", "dan", "eve"]);
        assert_eq!(emails(&list(&app, &eve, "").await), ["dan", "cid", "bob", "ada", "eve"], "the newest first");
        let second = list(&app, &eve, "?sort=user&limit=2&page=2").await;
        assert_eq!(emails(&second), ["cid", "dan"]);
        let this = second.json()["links"]["self"].as_str().unwrap().to_owned();
        assert_eq!(emails(&app.get(&this).bearer(&eve).send().await), ["cid", "dan"], "{this}");
    }

    async fn paging_continues_although_the_session_at_the_cursor_has_moved_or_is_gone(app) {
        let eve = watcher(&app).await;
        app.profile(&eve).await;
        app.services.sessions.last_seen().flush().await;
        let (mut tokens, mut users) = (Vec::new(), Vec::new());
        for name in ["ada", "bob", "cid", "dan"] {
            app.pass(10);
            users.push(app.user(name).await);
            tokens.push(app.tokens(name).await.0);
        }
        let first = list(&app, &eve, "?sort=lastSeenAt&limit=2").await;
        assert_eq!(emails(&first), ["eve", "ada"]);
        app.pass(10);
        app.profile(&tokens[0]).await;
        app.services.sessions.last_seen().flush().await;
        let next = first.json()["links"]["next"].as_str().unwrap().to_owned();
        assert_eq!(emails(&app.get(&next).bearer(&eve).send().await), ["bob", "cid"]);
        app.change(users[0].id, claviger::server::domain::UserChange::Delete).await;
        assert_eq!(emails(&app.get(&next).bearer(&eve).send().await), ["bob", "cid"]);
    }

    async fn a_search_covers_user_device_and_network_and_takes_every_character_literally(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        let eve = watcher(&app).await;
        app.user("ada").await;
        let bob = app.user("b_ob").await;
        let named = claviger::model::DisplayName::parse("Robert Öztürk 100%").unwrap();
        app.change(bob.id, claviger::server::domain::UserChange::Name(named)).await;
        app.tokens("ada").await;
        let body = json!({ "email": "b_ob@example.com", "password": PASSWORD });
        let sign_in = app.post("/api/auth/login").header("user-agent", FIREFOX).header("x-forwarded-for", "203.0.113.9");
        sign_in.json(&body).send().await;
        for (search, found) in [
            ("203.0.113", vec!["b_ob"]),
            ("ADA@", vec!["ada"]),
            ("b_ob", vec!["b_ob"]),
            ("b%25ob", vec![]),
            ("_da", vec![]),
            ("robert%20%C3%96Z", vec!["b_ob"]),
            ("100%25", vec!["b_ob"]),
            ("firefox%20on%20LIN", vec!["b_ob"]),
            ("%20ada@example.com%20", vec!["ada"]),
            ("!", vec![]),
            ("%00", vec!["ada", "b_ob", "eve"]),
            ("'%20OR%201=1--", vec![]),
        ] {
            let answer = list(&app, &eve, &format!("?sort=user&search={search}")).await;
            assert_eq!(emails(&answer), found, "{search}");
            assert_eq!(answer.json()["pagination"]["total"], found.len(), "{search}");
        }
    }

    async fn a_search_finds_every_unicode_spelling_of_a_name_and_a_pasted_address(app) {
        let eve = watcher(&app).await;
        let zoe = app.user("zoe").await;
        app.change(zoe.id, UserChange::Name(DisplayName::parse("Zoë Ångström").unwrap())).await;
        app.tokens("zoe").await;
        for search in ["zoe%CC%88", "%E2%80%8BZO%C3%8B%20", "a%CC%8Angstro%CC%88m", "mailto:zoe@example.com", "%3CZoe@example.com%3E"] {
            let answer = list(&app, &eve, &format!("?sort=user&search={search}")).await;
            assert_eq!(emails(&answer), ["zoe"], "{search}");
        }
    }

    async fn a_very_long_search_finds_nothing_and_breaks_nothing(app) {
        let eve = watcher(&app).await;
        for search in ["a".repeat(60_000), "_".repeat(30_000), "%25".repeat(20_000)] {
            assert_eq!(list(&app, &eve, &format!("?search={search}")).await.status, 200);
        }
    }

    async fn filters_narrow_the_list_and_invalid_ones_are_refused(app) {
        let eve = watcher(&app).await;
        let ada = app.user("ada").await;
        app.signed_in("ada").await;
        let (ended, _) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&ended).send().await;
        assert_eq!(emails(&list(&app, &eve, "?kind=browser").await), ["ada"]);
        assert_eq!(emails(&list(&app, &eve, "?kind=api").await), ["eve"]);
        assert_eq!(emails(&list(&app, &eve, &format!("?user={}", ada.id)).await), ["ada"]);
        assert_eq!(emails(&list(&app, &eve, "?state=live&sort=user").await), ["ada", "eve"]);
        assert_eq!(emails(&list(&app, &eve, "?state=flagged").await), Vec::<String>::new());
        let over = list(&app, &eve, "?state=ended").await;
        assert_eq!(over.json()["data"][0]["id"], TestApp::session_of(&ended).to_string());
        assert_eq!(over.json()["data"][0]["reason"], "signed_out");
        for query in ["?kind=x", "?state=x", "?user=x", "?sort=x", "?sort=-", "?limit=0", "?cursor=x", "?cursor=after.x",
            "?cursor=after.01ARZ3NDEKTSV4RRFFQ69G5FAV", "?cursor=after.01ARZ3NDEKTSV4RRFFQ69G5FAV.7",
            "?sort=lastSeenAt&cursor=after.01ARZ3NDEKTSV4RRFFQ69G5FAV.soon"] {
            let answer = list(&app, &eve, query).await;
            assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        }
    }

    async fn no_one_lists_or_ends_sessions_without_the_permission(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let id = TestApp::session_of(&token);
        for (method, path) in [
            ("GET", "/api/v1/admin/sessions".to_owned()),
            ("GET", format!("/api/v1/admin/sessions/{id}")),
            ("DELETE", format!("/api/v1/admin/sessions/{id}")),
            ("DELETE", format!("/api/v1/admin/users/{id}/sessions")),
            ("GET", "/api/v1/admin/monitor".to_owned()),
        ] {
            assert_eq!(app.request(method, &path).send().await.status, 401, "{method} {path}");
            let refused = app.request(method, &path).bearer(&token).send().await;
            assert_eq!((refused.status, refused.error().as_str()), (403, "Forbidden"), "{method} {path}");
        }
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn a_session_used_from_elsewhere_is_flagged_until_the_password_is_confirmed(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        let eve = watcher(&app).await;
        app.user("ada").await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        let signed_in = app.post("/api/auth/login").header("user-agent", FIREFOX).json(&body).send().await.json();
        let token = signed_in["token"].as_str().unwrap();
        let ask = |agent: &'static str, network: &'static str| {
            let asking = app.get("/api/user/profile").bearer(token).header("user-agent", agent);
            if network.is_empty() { asking.send() } else { asking.header("x-forwarded-for", network).send() }
        };
        ask(FIREFOX, "").await;
        ask(NEWER_FIREFOX, "").await;
        assert_eq!(state_of(&app, &eve, token).await, ("live".into(), String::new()), "a newer version is the same");
        ask(FIREFOX, "203.0.113.9").await;
        assert_eq!(state_of(&app, &eve, token).await, ("flagged".into(), "network_changed".into()));
        app.pass(61);
        ask(SAFARI, "203.0.113.9").await;
        assert_eq!(state_of(&app, &eve, token).await, ("flagged".into(), "browser_changed".into()));
        assert_eq!(app.get("/api/v1/admin/monitor").bearer(&eve).send().await.json()["flagged"], 1);
        let own = app.get("/api/v1/sessions").bearer(token).header("user-agent", SAFARI);
        let own = own.header("x-forwarded-for", "203.0.113.9").send().await.json();
        assert_eq!(own["data"][0]["state"], "flagged", "its owner sees it, too");
        let shown = json!({ "password": PASSWORD });
        app.post("/api/v1/auth/confirm").bearer(token).json(&shown).send().await;
        assert_eq!(state_of(&app, &eve, token).await, ("live".into(), String::new()));
        app.db.close().await;
    }

    async fn a_refresh_from_elsewhere_is_flagged_and_does_not_count_as_use(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        let eve = watcher(&app).await;
        app.user("ada").await;
        let (access, refresh) = app.tokens("ada").await;
        app.pass(11);
        let body = json!({ "refreshToken": refresh });
        let moved = app.post("/api/v1/auth/refresh").header("x-forwarded-for", "203.0.113.9").json(&body);
        assert_eq!(moved.send().await.status, 200);
        assert_eq!(state_of(&app, &eve, &access).await, ("flagged".into(), "network_changed".into()));
        app.pass(11);
        assert_eq!(app.refresh(&refresh).await.status, 200, "its answer may have been lost");
        app.db.close().await;
    }

    async fn ten_thousand_sessions_are_listed_in_pages_end_when_due_and_end_all_at_once(app) {
        let eve = app.admin("eve").await;
        let (token, _) = app.tokens("eve").await;
        app.run_sql(
            "INSERT INTO sessions (id, user_id, kind, created_at, authenticated_at, methods, network, agent, device,
               last_seen_at, idle_until, ends_at, access_until)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             SELECT '01000000' || CAST(100000000000000000 + i AS TEXT), users.id, 'api', 1799999000000, 1799999000000, 'password', '198.51.100.7', 'test', 'test',
               1799999000000, CASE WHEN i <= 1000 THEN 1800000001000 ELSE 1800001000000 END, 1800001000000, 1800001000000
             FROM n, users WHERE users.name = 'eve'",
        )
        .await;
        let monitor = &app.services.monitor;
        let part = list(&app, &token, "?limit=100&sort=lastSeenAt").await.json();
        assert_eq!((part["data"].as_array().unwrap().len(), part["pagination"]["total"].as_i64()), (100, Some(10_001)));
        assert_eq!(monitor.end_due().await.unwrap(), 0);
        app.pass(1);
        assert_eq!(monitor.end_due().await.unwrap(), 1000);
        let mine = TestApp::session_of(&token);
        let caller = claviger::server::services::Caller::command_line();
        assert_eq!(monitor.end(Ending::AllBut(mine), Actor::User(eve.id), &caller).await.unwrap(), Some(9000));
        assert_eq!(app.profile(&token).await.status, 200);
        assert_eq!(monitor.end(Ending::All, Actor::User(eve.id), &caller).await.unwrap(), Some(1));
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        let left = monitor.part(SessionQuery { limit: 10, ..SessionQuery::default() }, Cursor::Start).await.unwrap().unwrap();
        assert_eq!(left.total, 0);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'sessions.ended'").await, 2);
    }
}
