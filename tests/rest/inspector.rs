//! `POST /tokens/inspect`: a token's content, and whether it is valid.

use super::{
    assert_matches_snapshot,
    using_a_token::{signed, with_header},
};
use crate::{
    app::{TestApp, TestResponse, claims_of, rotated_keys},
    on_both_databases,
};
use claviger::{
    model::{Timestamp, User},
    server::{
        domain::UserChange,
        services::{Caller, tokens::Claims},
    },
};
use serde_json::{Value, json};

const OURS: &[u8] = b"only for tests: 32 bytes of text";
const HERE: &str = "http://127.0.0.1:3000";

async fn ask(app: &TestApp, asker: &str, token: &str) -> TestResponse {
    app.post("/api/v1/tokens/inspect").bearer(asker).json(&json!({ "token": token })).send().await
}

/// Returns the result of an inspection.
async fn inspect(app: &TestApp, asker: &str, token: &str) -> Value {
    let answer = ask(app, asker, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Returns whether the token is active, and the reason if it is not.
async fn verdict(app: &TestApp, asker: &str, token: &str) -> (bool, String) {
    let inspection = inspect(app, asker, token).await;
    (inspection["active"] == true, inspection["reason"].as_str().unwrap_or_default().to_owned())
}

fn not(reason: &str) -> (bool, String) {
    (false, reason.to_owned())
}

/// Returns why the token is not active, and the state, end and reason of its session.
async fn session_end(app: &TestApp, asker: &str, token: &str) -> [String; 4] {
    let inspection = inspect(app, asker, token).await;
    let session = &inspection["session"];
    [&inspection["reason"], &session["state"], &session["endedBy"]["kind"], &session["reason"]]
        .map(|value| value.as_str().unwrap_or_default().to_owned())
}

/// Creates an administrator and returns their access token.
async fn eve(app: &TestApp) -> String {
    app.admin("eve").await;
    app.tokens("eve").await.0
}

async fn ada(app: &TestApp) -> (User, String) {
    (app.user("ada").await, app.tokens("ada").await.0)
}

/// Returns the same token with changed claims, signed with the server's own key.
fn signed_again(app: &TestApp, token: &str, change: impl FnOnce(&mut Claims)) -> String {
    let mut claims = app.services.sessions.check(token, &Caller::command_line()).unwrap();
    change(&mut claims);
    signed(OURS, HERE, claims)
}

on_both_databases! {
    async fn responses_match_the_contract(app) {
        let (_, token) = ada(&app).await;
        let (ended, _) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&ended).send().await;
        let mut answers = vec![
            ("ones own".to_owned(), ask(&app, &token, &token).await),
            ("one that was signed out".to_owned(), ask(&app, &token, &ended).await),
            ("no token".to_owned(), ask(&app, &token, "x").await),
            ("badly signed".to_owned(), ask(&app, &token, &format!("{}AAAA", &token[..token.len() - 4])).await),
        ];
        let eve = eve(&app).await;
        answers.push(("another users".to_owned(), ask(&app, &token, &eve).await));
        answers.push(("without credentials".to_owned(), app.post("/api/v1/tokens/inspect").json(&json!({})).send().await));
        for (_, answer) in &mut answers {
            // These differ each time.
            for part in ["sub", "sid", "jti"].map(|name| claims_of(&token)[name].clone()).iter()
                .chain(&["sub", "sid", "jti"].map(|name| claims_of(&ended)[name].clone())) {
                answer.text = answer.text.replace(part.as_str().unwrap(), "<opaque>");
            }
        }
        assert_matches_snapshot("inspect", &answers);
    }

    async fn a_token_is_shown_as_it_is_without_its_signature(app) {
        let (_, token) = ada(&app).await;
        let answer = ask(&app, &token, &token).await;
        assert_eq!(answer.json()["claims"], claims_of(&token));
        assert_eq!(answer.json()["header"]["alg"], "HS256");
        for part in token.split('.') {
            assert!(!answer.text.contains(part));
        }
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    async fn a_pasted_token_is_read_without_what_was_copied_around_it(app) {
        let (_, token) = ada(&app).await;
        let (start, end) = token.split_at(50);
        for pasted in [
            format!("Bearer {token}"),
            format!("authorization: bearer {token}\r\n"),
            format!(" \"{token}\","),
            format!("{start}\r\n  {end}"),
            format!("\u{200B}{start} {end}\u{FEFF}"),
        ] {
            assert_eq!(verdict(&app, &token, &pasted).await, (true, String::new()), "{pasted}");
        }
    }

    async fn a_foreign_token_gets_the_same_verdict_for_every_user(app) {
        let (_, token) = ada(&app).await;
        let eve = eve(&app).await;
        let claims = app.services.sessions.check(&token, &Caller::command_line()).unwrap();
        let (message, _) = token.rsplit_once('.').unwrap();
        let kid = json!("AAAAAA");
        for (reason, token) in [
            ("malformed", "x".to_owned()),
            ("malformed", format!("{token}.x")),
            ("malformed", "A".repeat(20_000)),
            ("wrong_algorithm", with_header(&token, &json!({ "alg": "none" }))),
            ("wrong_type", with_header(&token, &json!({ "alg": "HS256", "typ": "JWT", "kid": kid }))),
            ("wrong_header", with_header(&token, &json!({ "alg": "HS256", "typ": "at+jwt" }))),
            ("wrong_header", with_header(&token, &json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid, "crit": [] }))),
            ("bad_signature", with_header(&token, &json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }))),
            ("bad_signature", format!("{message}.")),
            ("bad_signature", format!("{message}.AAAA")),
            ("bad_signature", signed(b"another secret, also of 32 bytes", HERE, claims.clone())),
            ("wrong_issuer", signed(OURS, "https://id.example.com", claims.clone())),
        ] {
            let (own, other) = (inspect(&app, &eve, &token).await, inspect(&app, &app.tokens("ada").await.0, &token).await);
            assert_eq!((own["active"].clone(), own["reason"].as_str()), (json!(false), Some(reason)), "{token:.300}");
            assert_eq!(own, other, "{token:.300}");
            assert!(own.get("session").is_none());
            assert_eq!(own["header"].is_null() && own["claims"].is_null(), reason == "malformed", "{own}");
        }
    }

    async fn another_users_token_is_inspected_only_by_those_who_may_read_sessions(app) {
        let (_, adas) = ada(&app).await;
        app.user("bob").await;
        let (bobs, _) = app.tokens("bob").await;
        let answer = ask(&app, &bobs, &adas).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "Forbidden"));
        assert_eq!(verdict(&app, &eve(&app).await, &adas).await, (true, String::new()));
        // The response does not reveal whether the token is still valid either.
        app.post("/api/v1/auth/logout").bearer(&adas).send().await;
        assert_eq!(ask(&app, &bobs, &adas).await.snapshot(), answer.snapshot());
        app.pass(23 * 3600);
        let late = app.tokens("bob").await.0;
        app.pass(2 * 3600);
        assert_eq!(ask(&app, &late, &adas).await.snapshot(), answer.snapshot());
    }

    async fn validity_is_checked_to_the_second(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let token = browser.cookie("claviger-access").unwrap();
        let (asker, _) = app.tokens("ada").await;
        app.pass(15 * 60 - 1);
        assert_eq!(verdict(&app, &asker, &token).await, (true, String::new()));
        app.pass(1);
        assert_eq!(verdict(&app, &asker, &token).await, not("expired"));
        let soon = signed_again(&app, &asker, |claims| claims.issued_at = Timestamp(app.clock.now().0 + 6_000));
        assert_eq!(verdict(&app, &asker, &soon).await, not("not_yet_valid"));
        app.pass(1);
        assert_eq!(verdict(&app, &asker, &soon).await, (true, String::new()));
    }

    async fn an_ended_session_says_who_ended_it_and_why(app) {
        let eve = eve(&app).await;
        let (ada, signed_out) = ada(&app).await;
        app.post("/api/v1/auth/logout").bearer(&signed_out).send().await;
        assert_eq!(session_end(&app, &eve, &signed_out).await, ["revoked", "ended", "user", "signed_out"]);
        let (from_elsewhere, _) = app.tokens("ada").await;
        let (token, _) = app.tokens("ada").await;
        let id = TestApp::session_of(&from_elsewhere);
        app.delete(&format!("/api/v1/sessions/{id}")).bearer(&token).send().await;
        assert_eq!(session_end(&app, &token, &from_elsewhere).await, ["revoked", "ended", "user", "revoked"]);
        app.change(ada.id, UserChange::Ban { until: None, reason: None }).await;
        assert_eq!(session_end(&app, &eve, &token).await, ["revoked", "ended", "cli", "banned"]);
        let at = inspect(&app, &eve, &token).await["session"]["endedAt"].clone();
        assert_eq!(at, app.clock.now().to_string());
    }

    async fn only_those_who_may_read_sessions_see_which_administrator_ended_one(app) {
        let eve = eve(&app).await;
        let (_, ended_token) = ada(&app).await;
        let (token, _) = app.tokens("ada").await;
        let path = format!("/api/v1/admin/sessions/{}", TestApp::session_of(&ended_token));
        app.delete(&path).bearer(&eve).send().await;
        for asker in [&eve, &token] {
            assert_eq!(session_end(&app, asker, &ended_token).await, ["revoked", "ended", "admin", "revoked"]);
        }
        let by = async |asker: &str| inspect(&app, asker, &ended_token).await["session"]["endedBy"]["id"].clone();
        assert_eq!(by(&eve).await, claims_of(&eve)["sub"]);
        assert_eq!(by(&token).await, Value::Null);
    }

    async fn a_session_ended_by_token_reuse_says_so(app) {
        let eve = eve(&app).await;
        app.user("ada").await;
        let (first, refresh) = app.tokens("ada").await;
        let second = app.refresh(&refresh).await.json()["token"].as_str().unwrap().to_owned();
        app.profile(&second).await;
        app.services.sessions.last_seen().flush().await;
        app.pass(60);
        assert_eq!(app.refresh(&refresh).await.status, 401);
        for token in [&first, &second] {
            assert_eq!(session_end(&app, &eve, token).await, ["replayed", "ended", "system", "replayed"]);
        }
    }

    async fn of_two_reasons_the_earlier_one_is_reported(app) {
        app.admin("ada").await;
        let (revoked, expired) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let tokens = [&revoked, &expired].map(|browser| browser.cookie("claviger-access").unwrap());
        revoked.sign_out().await;
        app.pass(15 * 60);
        expired.sign_out().await;
        let (asker, _) = app.tokens("ada").await;
        assert_eq!(verdict(&app, &asker, &tokens[0]).await, not("revoked"));
        assert_eq!(verdict(&app, &asker, &tokens[1]).await, not("expired"));
    }

    async fn a_token_from_before_a_change_of_roles_is_stale(app) {
        let eve = eve(&app).await;
        let (ada, token) = ada(&app).await;
        app.change(ada.id, UserChange::Roles(vec!["admin".into(), "user".into()])).await;
        let inspection = inspect(&app, &eve, &token).await;
        assert_eq!((inspection["reason"].as_str(), inspection["session"]["state"].as_str()), (Some("stale"), Some("live")));
    }

    async fn a_session_that_is_not_there_is_unknown(app) {
        let eve = eve(&app).await;
        let (ada, token) = ada(&app).await;
        let bob = app.user("bob").await;
        let (bobs, _) = app.tokens("bob").await;
        let mixed = signed_again(&app, &bobs, |claims| claims.session = TestApp::session_of(&token));
        assert_eq!(verdict(&app, &eve, &mixed).await, not("unknown_session"));
        assert_eq!(verdict(&app, &eve, &signed_again(&app, &bobs, |claims| claims.user = ada.id)).await, not("unknown_session"));
        app.change(bob.id, UserChange::Delete).await;
        let inspection = inspect(&app, &eve, &bobs).await;
        assert_eq!((inspection["reason"].as_str(), inspection.get("session")), (Some("unknown_session"), None));
    }

    async fn a_token_reported_as_active_works(app) {
        let (_, token) = ada(&app).await;
        let rotated = app.restart_with(rotated_keys(), &[]).await;
        assert_eq!(verdict(&rotated, &token, &token).await, (true, String::new()), "of a previous key");
        assert_eq!(rotated.profile(&token).await.status, 200);
    }

    async fn an_inspection_does_not_count_as_use(app) {
        let eve = eve(&app).await;
        let (_, token) = ada(&app).await;
        app.services.sessions.last_seen().flush().await;
        app.pass(3600);
        let before = inspect(&app, &eve, &token).await["session"].clone();
        app.services.sessions.last_seen().flush().await;
        let after = inspect(&app, &eve, &token).await["session"].clone();
        assert_eq!((&before["lastSeenAt"], &before), (&before["createdAt"], &after));
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE used_generation = 0").await, 1, "the caller's own");
    }

    async fn only_a_string_in_the_field_is_a_token(app) {
        let (_, token) = ada(&app).await;
        for body in [json!({}), json!({ "token": null }), json!({ "token": 1 }), json!({ "token": "x", "more": 1 })] {
            let answer = app.post("/api/v1/tokens/inspect").bearer(&token).json(&body).send().await;
            assert_eq!(answer.status, 400, "{body}");
        }
        assert_eq!(verdict(&app, &token, "").await, not("malformed"));
        assert_eq!(app.get("/api/v1/tokens/inspect").bearer(&token).send().await.status, 405);
    }

    async fn cookies_authenticate_requests_from_our_own_pages(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let own = browser.cookie("claviger-access").unwrap();
        let asking = || app.post("/api/v1/tokens/inspect").cookies(&browser.header()).json(&json!({ "token": own }));
        assert_eq!(asking().same_origin().send().await.json()["active"], true);
        assert_eq!(asking().header("sec-fetch-site", "cross-site").send().await.status, 403);
    }
}
