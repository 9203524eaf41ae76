//! `GET /sessions` and `DELETE /sessions/{id}`: the user's own sessions.

use super::assert_matches_snapshot;
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
    races::race,
    store::{event, new_session},
};
use claviger::{
    model::EndReason,
    server::{
        domain::{AuditAction, AuditEvent, Ender},
        store::NewSession,
    },
};
use serde_json::{Value, json};
use std::time::Duration;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

async fn list(app: &TestApp, token: &str, query: &str) -> TestResponse {
    app.get(&format!("/api/v1/sessions{query}")).bearer(token).send().await
}

async fn end(app: &TestApp, token: &str, id: &str) -> TestResponse {
    app.delete(&format!("/api/v1/sessions/{id}")).bearer(token).send().await
}

fn ids(list: &Value) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

/// Follows the links from one page of a list until there are no more.
async fn walk(app: &TestApp, token: &str, mut link: String, direction: &str) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    loop {
        let answer = app.get(&link).bearer(token).send().await.json();
        parts.push(ids(&answer));
        match answer["links"][direction].as_str() {
            Some(next) => link = next.to_owned(),
            None => return parts,
        }
    }
}

on_both_databases! {
    async fn the_list_matches_the_contract(app) {
        app.user("ada").await;
        app.user("bob").await;
        app.tokens("bob").await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        app.post("/api/auth/login").header("user-agent", FIREFOX).json(&body).send().await;
        app.pass(60);
        let other = app.signed_in("ada").await;
        app.pass(60);
        let (token, _) = app.tokens("ada").await;
        app.pass(60);
        app.profile(&token).await;
        app.services.sessions.last_seen().flush().await;
        let listed = list(&app, &token, "").await;
        let part = list(&app, &token, "?limit=1").await;
        let as_cookies = other.rest("GET", "/api/v1/sessions").await;
        assert_matches_snapshot("sessions", &[("all".to_owned(), listed.clone()), ("a part".to_owned(), part)]);
        for (answer, current) in [
            (&listed, TestApp::session_of(&token)),
            (&as_cookies, TestApp::session_of(&other.cookie("claviger-access").unwrap())),
        ] {
            let answer = answer.json();
            let marked: Vec<&Value> =
                answer["data"].as_array().unwrap().iter().filter(|session| session["current"] == true).collect();
            assert_eq!(marked.len(), 1);
            assert_eq!(marked[0]["id"], current.to_string());
        }
    }

    async fn links_page_through_the_list_in_both_directions(app) {
        app.user("ada").await;
        let mut token = String::new();
        for _ in 0..5 {
            app.pass(1);
            token = app.tokens("ada").await.0;
        }
        app.profile(&token).await;
        app.services.sessions.last_seen().flush().await;
        let all = ids(&list(&app, &token, "").await.json());
        assert_eq!(all.len(), 5);
        assert_eq!(all[0], TestApp::session_of(&token).to_string(), "the latest seen comes first");
        let there = walk(&app, &token, "/api/v1/sessions?limit=2".to_owned(), "next").await;
        assert_eq!(there.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(there.concat(), all);
        let first = list(&app, &token, "?limit=2").await.json();
        let middle = first["links"]["next"].as_str().unwrap().to_owned();
        let middle = app.get(&middle).bearer(&token).send().await.json();
        assert_eq!(middle["links"]["self"], first["links"]["next"]);
        let last = middle["links"]["next"].as_str().unwrap().to_owned();
        let mut back = walk(&app, &token, last, "prev").await;
        back.reverse();
        assert_eq!(back.concat(), all);
        let second = list(&app, &token, "?limit=2&page=2").await.json();
        assert_eq!(ids(&second), all[2..4]);
        assert_eq!(second["pagination"]["total"], 5);
        assert_eq!(ids(&list(&app, &token, "?limit=2&page=9").await.json()), Vec::<String>::new());
    }

    async fn more_than_a_thousand_are_all_listed_even_while_some_end(app) {
        let app = app.restart(&[("tokens.max_sessions", "2000")]).await;
        let ada = app.user("ada").await;
        for number in 0..1005_u32 {
            let session = NewSession { at_most: 2000, ..new_session(&ada) };
            let at = app.clock.now() + Duration::from_millis(u64::from(number / 3));
            app.db.insert_session(session, AuditEvent { at, ..event(AuditAction::SignedIn, Some(ada.id)) }).await.unwrap();
        }
        app.pass(60);
        let (token, _) = app.tokens("ada").await;
        let first = list(&app, &token, "?limit=100").await.json();
        assert_eq!((first["data"].as_array().unwrap().len(), &first["pagination"]["total"]), (100, &json!(1006)));
        // The session that the next page starts after is gone by then.
        end(&app, &token, first["data"][99]["id"].as_str().unwrap()).await;
        let mut found = ids(&first);
        let next = first["links"]["next"].as_str().unwrap().to_owned();
        let others = walk(&app, &token, next, "next").await;
        assert_eq!(others.len(), 10);
        found.extend(others.concat());
        assert_eq!(found.len(), 1006);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 1006, "each once");
    }

    async fn with_one_session_too_many_the_least_recently_used_ends(app) {
        app.user("bob").await;
        let ada = app.user("ada").await;
        let app = app.restart(&[("tokens.max_sessions", "3")]).await;
        let (bobs, _) = app.tokens("bob").await;
        let (first, _) = app.tokens("ada").await;
        app.pass(1);
        let (second, refresh) = app.tokens("ada").await;
        app.pass(1);
        let (third, _) = app.tokens("ada").await;
        app.pass(1);
        app.profile(&first).await;
        app.services.sessions.last_seen().flush().await;
        app.pass(1);
        let browser = app.signed_in("ada").await;
        assert_eq!(app.profile(&second).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        for token in [&first, &third, &bobs] {
            assert_eq!(app.profile(token).await.status, 200);
        }
        assert_eq!(browser.get("/dashboard").await.status, 200);
        let row = app.db.find_session(TestApp::session_of(&second)).await.unwrap().unwrap();
        let end = row.end.unwrap();
        assert_eq!((end.reason, end.by), (EndReason::Surplus, Ender::System));
        let events = app.db.latest_audit_of(ada.id, 1).await.unwrap();
        assert_eq!((events[0].action.as_str(), events[0].details.to_string().as_str()), ("sign_in.succeeded", r#"{"surplusEnded":1}"#));
        let after = app.restart(&[]).await;
        assert_eq!(after.profile(&second).await.error(), "Token revoked", "a restart does not forget it");
    }

    async fn concurrent_sign_ins_leave_no_more_sessions_than_allowed(app) {
        let ada = app.user("ada").await;
        let app = app.restart(&[("tokens.max_sessions", "5"), ("lockout.max_failures", "1000")]).await;
        let racing = app.clone();
        let tokens = race(20, move |_| {
            let app = racing.clone();
            async move { app.tokens("ada").await.0 }
        });
        let tokens = tokens.await;
        assert_eq!(app.services.sessions.count_of(ada.id).await.unwrap(), 5);
        let mut good = 0;
        for token in tokens {
            good += usize::from(app.profile(&token).await.status == 200);
        }
        assert_eq!(good, 5);
    }

    async fn an_invalid_query_is_refused(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for query in [
            "?limit=0",
            "?limit=101",
            "?limit=-1",
            "?limit=x",
            "?limit=1.5",
            "?limit=",
            "?limit=99999999999999999999",
            "?page=0",
            "?page=-1",
            "?page=x",
            "?cursor=x",
            "?cursor=",
            "?cursor=%00",
            "?cursor=%FF",
            "?cursor=' OR 1=1",
            "?limit=1&limit=2",
            "?page=18446744073709551615&limit=100",
            "?offset=10001",
            "?user=x",
        ] {
            let query = query.replace(' ', "%20");
            let answer = list(&app, &token, &query).await;
            assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        }
        assert_eq!(list(&app, &token, "?limit=100").await.status, 200);
    }

    async fn a_session_is_ended_from_another(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let (other, refresh) = app.tokens("ada").await;
        let id = TestApp::session_of(&other).to_string();
        let answer = end(&app, &token, &id).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(app.profile(&other).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(ids(&list(&app, &token, "").await.json()), [TestApp::session_of(&token).to_string()]);
        assert_eq!(end(&app, &token, &id).await.status, 404, "it has ended already");
    }

    async fn the_current_session_can_be_ended_too(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        assert_eq!(end(&app, &token, &TestApp::session_of(&token).to_string()).await.status, 204);
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
    }

    async fn another_users_session_is_not_found(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let (eves, _) = app.tokens("eve").await;
        let (adas, _) = app.tokens("ada").await;
        let answer = end(&app, &eves, &TestApp::session_of(&adas).to_string()).await;
        let unknown = end(&app, &eves, "01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
        assert_eq!((answer.status, answer.error().as_str()), (404, "Not found"));
        assert_eq!(answer.snapshot(), unknown.snapshot());
        assert_eq!(app.profile(&adas).await.status, 200, "it lives on");
        assert_eq!(ids(&list(&app, &eves, "").await.json()), [TestApp::session_of(&eves).to_string()]);
    }

    async fn an_invalid_id_is_not_found(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let lower = TestApp::session_of(&token).to_string().to_lowercase();
        for id in ["x", "1", "%00", "%FF", "..%2F..%2Fetc%2Fpasswd", "'%20OR%201=1", &lower, &"A".repeat(10_000)] {
            let answer = end(&app, &token, id).await;
            assert_eq!((answer.status, answer.error().as_str()), (404, "Not found"), "{id:.50}");
        }
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn no_one_sees_or_ends_a_session_without_a_valid_token(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let id = TestApp::session_of(&token).to_string();
        assert_eq!(app.get("/api/v1/sessions").send().await.status, 401);
        assert_eq!(list(&app, "x", "").await.error(), "Invalid token");
        assert_eq!(app.delete(&format!("/api/v1/sessions/{id}")).send().await.status, 401);
        assert_eq!(end(&app, "x", &id).await.error(), "Invalid token");
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn ended_sessions_are_not_listed(app) {
        app.user("ada").await;
        let (idle, _) = app.tokens("ada").await;
        app.pass(7 * 24 * 3600);
        let (token, _) = app.tokens("ada").await;
        app.services.monitor.end_due().await.unwrap();
        assert_eq!(ids(&list(&app, &token, "").await.json()), [TestApp::session_of(&token).to_string()]);
        assert_eq!(end(&app, &token, &TestApp::session_of(&idle).to_string()).await.status, 404);
    }
}
