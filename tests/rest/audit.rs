//! `GET /audit-events`: what the log tells, and to whom.

use super::{
    WRONG,
    users::{admin, path, status_and_code},
};
use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::{model::Permission, server::domain::UserChange};
use serde_json::{Value, json};

async fn events(app: &TestApp, token: &str, query: &str) -> TestResponse {
    app.get(&format!("/api/v1/audit-events{query}")).bearer(token).send().await
}

/// Returns the actions of the matching events, newest first.
async fn actions(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let answer = events(app, token, query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let rows = answer.json()["data"].as_array().unwrap().clone();
    rows.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

/// Returns the access token of an auditor.
async fn auditor(app: &TestApp) -> String {
    app.user_with_permissions("rita", &[Permission::AuditRead]).await;
    app.tokens("rita").await.0
}

on_both_databases! {
    async fn an_event_tells_who_did_what_to_whom_from_where_and_what_changed(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        app.pass(1);
        let roles = app.request("PUT", &format!("{}/roles", path(&ada))).bearer(&eve)
            .header("user-agent", "curl/8").json(&json!({ "roles": ["user", "auditor"] })).send().await;
        assert_eq!(roles.status, 200, "{}", roles.text);
        let rita = auditor(&app).await;
        let event = events(&app, &rita, "?action=user.roles_changed").await.json()["data"][0].clone();
        assert_eq!(event["actor"]["kind"], "user");
        assert_eq!(event["actor"]["name"], "eve");
        assert_eq!(event["target"], json!({ "kind": "user", "id": ada.id.to_string(), "name": "ada" }));
        assert_eq!((&event["property"], &event["old"], &event["new"]), (&json!("roles"), &json!(["user"]), &json!(["auditor", "user"])));
        assert_eq!((event["outcome"].as_str(), event["agent"].as_str()), (Some("ok"), Some("curl/8")));
        assert_eq!(event["requestId"], roles.header("x-request-id"));
        assert_eq!(event["sessionId"], TestApp::session_of(&eve).to_string());
        assert_eq!(event["sequence"], Value::Null);
        app.services.audit.seal().await.unwrap();
        let same = app.get(event["links"]["self"].as_str().unwrap()).bearer(&rita).send().await.json();
        assert!(same["sequence"].as_i64().unwrap() > 0, "{same}");
        assert_eq!(same["requestId"], event["requestId"]);
    }

    async fn names_stay_after_a_user_is_deleted(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        app.pass(1);
        assert_eq!(app.delete(&path(&ada)).bearer(&eve).send().await.status, 204);
        let rita = auditor(&app).await;
        let event = events(&app, &rita, "?action=user.deleted&target=ada").await.json()["data"][0].clone();
        assert_eq!(event["target"], json!({ "kind": "user", "id": ada.id.to_string(), "name": "ada" }));
    }

    async fn what_was_denied_is_an_event(app) {
        app.user("ada").await;
        let rita = auditor(&app).await;
        let (ada, _) = app.tokens("ada").await;
        assert_eq!(app.get("/api/v1/users?search=x").bearer(&ada).send().await.status, 403);
        app.pass(1);
        assert_eq!(app.signed_in("ada").await.get("/admin/users").await.status, 403);
        let denied = events(&app, &rita, "?actor=ada&outcome=denied&sort=createdAt").await.json()["data"].clone();
        let route = |event: &Value| (event["action"].clone(), event["target"]["name"].clone(), event["reason"].clone());
        assert_eq!(route(&denied[0]), (json!("access.denied"), json!("GET /api/v1/users"), json!("Forbidden")));
        assert_eq!(route(&denied[1]).1, json!("GET /admin/users"));
        for _ in 0..6 {
            app.log_in("ada@example.com", WRONG).await;
        }
        let refused = events(&app, &rita, "?target=ada@example.com&action=sign_in.*,lock.*&outcome=denied").await.json();
        let reasons: Vec<_> = refused["data"].as_array().unwrap().iter().map(|event| &event["reason"]).collect();
        assert_eq!(refused["pagination"]["total"], 6);
        assert!(reasons.contains(&&json!("Account locked")), "{reasons:?}");
    }

    async fn denials_do_not_flood_the_log(app) {
        app.user("ada").await;
        let (ada, _) = app.tokens("ada").await;
        for _ in 0..30 {
            assert_eq!(app.get("/api/v1/users").bearer(&ada).send().await.status, 403);
        }
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'access.denied'").await, 20);
        assert_eq!(app.count("SELECT count FROM audit_counts WHERE action = 'access.denied'").await, 10);
    }

    async fn reading_the_log_is_an_event_but_not_each_page_of_it(app) {
        let rita = auditor(&app).await;
        let first = events(&app, &rita, "?limit=1&outcome=ok").await.json();
        let next = first["links"]["next"].as_str().unwrap().to_owned();
        assert_eq!(app.get(&next).bearer(&rita).send().await.status, 200);
        let reads = events(&app, &rita, "?action=audit.read").await.json()["data"].clone();
        assert_eq!(reads.as_array().unwrap().len(), 1);
        assert_eq!(reads[0]["details"], json!({ "query": "outcome:ok" }));
    }

    async fn every_way_to_read_the_log_is_recorded_once_in_ten_minutes(app) {
        let ada = app.user("ada").await;
        let rita = auditor(&app).await;
        let id = app.db.latest_audit_of(ada.id, 1).await.unwrap()[0].id;
        let (event, page) = (format!("/api/v1/audit-events/{id}"), format!("/admin/audit/{id}"));
        let recorded = async || app.count("SELECT count(*) FROM audit WHERE action = 'audit.read'").await;
        for (number, path) in (1..).zip([
            "/api/v1/audit-events?limit=100&offset=1".to_owned(),
            format!("/api/v1/audit-events?outcome=ok&cursor=after.{id}."),
            "/api/v1/audit-events?page=2&outcome=denied".to_owned(),
            format!("{}/audit-events?offset=5", path(&ada)),
            event.clone(),
        ]) {
            for _ in 0..2 {
                assert_eq!(app.get(&path).bearer(&rita).send().await.status, 200, "{path}");
                assert_eq!(recorded().await, number, "{path}");
            }
        }
        let target = async |kind: &str, id: &str| {
            let read = format!("?action=audit.read&target={id}");
            let events = events(&app, &rita, &read).await.json()["data"].clone();
            assert_eq!(events[0]["target"]["kind"], kind, "{events}");
        };
        target("audit_event", &id.to_string()).await;
        target("user", &ada.id.to_string()).await;
        let before = recorded().await;
        let browser = app.signed_in("rita").await;
        for (number, path) in (1..).zip([page, format!("/admin/audit?after={id}."), "/admin/audit?search=ada".to_owned()]) {
            for _ in 0..2 {
                assert_eq!(browser.get(&path).await.status, 200, "{path}");
                assert_eq!(recorded().await, before + number, "{path}, of another session");
            }
        }
        app.pass(599);
        app.get(&event).bearer(&rita).send().await;
        assert_eq!(recorded().await, before + 3);
        app.pass(1);
        app.get(&event).bearer(&rita).send().await;
        assert_eq!(recorded().await, before + 4);
    }

    async fn a_query_is_at_most_twenty_actions_and_five_hundred_characters(app) {
        let rita = auditor(&app).await;
        let refused = async |query: &str, message: &str| {
            for path in ["", "/export"] {
                let format = if path.is_empty() { "" } else { "&format=csv" };
                let answer = events(&app, &rita, &format!("{path}?{query}{format}")).await;
                let problem = answer.json()["details"][0].clone();
                let name = query.split('=').next().unwrap();
                assert_eq!((answer.status, problem), (400, json!({ "field": name, "message": message })), "{query}");
            }
        };
        let actions_of = |count: usize| vec!["a"; count].join(",");
        assert!(actions(&app, &rita, &format!("?action={}", actions_of(20))).await.is_empty());
        assert!(actions(&app, &rita, &format!("?actor={}", "x".repeat(490))).await.is_empty());
        refused(&format!("action={}", actions_of(21)), "Use at most 20 actions").await;
        refused(&format!("action={}", actions_of(1100)), "Use at most 500 characters").await;
        refused(&format!("target={}", "x".repeat(500)), "Use at most 500 characters").await;
        refused(&format!("outcome={}", "%20".repeat(501)), "Use at most 500 characters").await;
        refused(&format!("target={}&actor={}", "x".repeat(300), "x".repeat(200)), "Use at most 500 characters").await;
        refused("search=outcome:maybe", "outcome: Must be ok or denied").await;
    }

    async fn filters_find_actors_targets_actions_and_times(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let rita = auditor(&app).await;
        app.pass(24 * 3600);
        app.post(&format!("{}/ban", path(&ada))).bearer(&app.tokens("eve").await.0).json(&json!({})).send().await;
        assert_eq!(app.get(&path(&bob)).bearer(&eve).send().await.status, 401, "a day has passed");
        let (rita, _) = (app.tokens("rita").await.0, rita);
        let of = async |query: &str| actions(&app, &rita, &format!("?{query}")).await;
        assert_eq!(of("target=ada@example.com&sort=createdAt").await, ["user.created", "user.banned"]);
        assert_eq!(of(&format!("target={}&action=user.*", ada.id)).await, ["user.banned", "user.created"]);
        assert_eq!(of("actor=eve&action=-sign_in.*").await, ["user.banned"]);
        assert_eq!(of("actor=cli&target=bob").await, ["user.created"]);
        assert_eq!(of("target=ada&created=%3E=2027-01-16").await, ["user.banned"]);
        assert!(of("outcome=denied").await.is_empty());
        assert!(of("action=user._reated").await.is_empty(), "no pattern but the star");
        for (query, field) in [
            ("outcome=maybe", "outcome"), ("created=yesterday", "created"), ("sort=name", "sort"),
            ("actors=ada", "actors"), ("actor=a&actor=b", "actor"), ("cursor=after.x", "cursor"),
        ] {
            let answer = events(&app, &rita, &format!("?{query}")).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!(field)), "{query}");
        }
    }

    async fn an_export_has_every_matching_event_in_both_formats_and_is_an_event_itself(app) {
        let ada = app.user("ada").await;
        app.pass(1);
        app.change(ada.id, UserChange::Ban { until: None, reason: Some("=1+1".to_owned()) }).await;
        let rita = auditor(&app).await;
        let export = async |query: &str| {
            app.get(&format!("/api/v1/audit-events/export?{query}")).bearer(&rita).send().await
        };
        let lines = export("format=jsonl&target=ada").await;
        assert_eq!(lines.header("content-type"), "application/jsonl");
        assert_eq!(lines.header("content-disposition"), "attachment; filename=\"audit-log-2027-01-15.jsonl\"");
        let rows: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((rows.len(), &rows[0]["action"], &rows[1]["action"]), (2, &json!("user.created"), &json!("user.banned")));
        let csv = export("format=csv&action=user.banned").await.text;
        let rows: Vec<&str> = csv.split_terminator("\r\n").collect();
        assert_eq!((rows.len(), rows[0].split(',').count()), (2, 19), "{csv}");
        assert!(rows[1].contains(",user.banned,user,"), "{csv}");
        let typed = export("format=csv&search=ada+-action:user.created").await.text;
        assert_eq!(typed.matches("\r\n").count(), 2, "{typed}");
        let exports = events(&app, &rita, "?action=audit.exported").await.json()["data"].clone();
        let mut details: Vec<_> =
            exports.as_array().unwrap().iter().map(|event| event["details"].to_string()).collect();
        details.sort_unstable();
        assert_eq!(details, [
            r#"{"format":"csv","query":"about:ada -action:user.created"}"#,
            r#"{"format":"csv","query":"action:user.banned"}"#,
            r#"{"format":"jsonl","query":"target:ada"}"#,
        ]);
        for (query, field) in [("format=xml", "format"), ("", "format"), ("format=csv&limit=1", "limit")] {
            let answer = export(query).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!(field)), "{query}");
        }
    }

    async fn the_events_of_a_user_are_a_list_of_their_own(app) {
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let rita = auditor(&app).await;
        let list = app.get(&format!("{}/audit-events", path(&ada))).bearer(&rita).send().await.json();
        assert_eq!(list["pagination"]["total"], 1);
        assert_eq!(list["data"][0]["target"]["name"], "ada");
        let (token, _) = app.tokens("bob").await;
        let answer = app.get(&format!("{}/audit-events", path(&bob))).bearer(&token).send().await;
        assert_eq!(status_and_code(&answer), (403, "forbidden".to_owned()), "not even one's own");
        let unknown = "/api/v1/users/01ARZ3NDEKTSV4RRFFQ69G5FAV/audit-events";
        assert_eq!(app.get(unknown).bearer(&rita).send().await.status, 404);
    }

    async fn a_cursor_walks_through_every_event_once(app) {
        for number in 0..7 {
            app.user(&format!("user{number}")).await;
        }
        let rita = auditor(&app).await;
        let (mut next, mut seen) = (Some("/api/v1/audit-events?limit=3&action=user.created".to_owned()), Vec::new());
        while let Some(path) = next {
            let page = app.get(&path).bearer(&rita).send().await.json();
            seen.extend(page["data"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()));
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        let mut sorted = seen.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((seen.len(), &sorted), (8, &seen));
    }
}
