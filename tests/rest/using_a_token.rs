//! Using a token: the response to each kind of credential, valid or not.

use super::{assert_matches_snapshot, fingerprint};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use claviger::{
    model::{Password, Timestamp},
    server::{
        domain::{Actor, UserChange},
        services::{
            Caller,
            tokens::{AccessTokens, Claims, Keyring, MasterSecret},
        },
    },
};
use serde_json::{Value, json};

const INVALID: &str = r#"Bearer error="invalid_token", error_description="Invalid token""#;

/// Returns the token with another header. Its signature no longer matches.
pub fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

/// Returns a token with these claims, signed with this secret.
pub fn signed(secret: &[u8], issuer: &str, claims: Claims) -> String {
    let keys = Keyring::new(&MasterSecret::new(secret.to_vec()), &[]);
    AccessTokens::new(keys, issuer.to_owned()).issue(claims, [0; 16]).unwrap().token
}

/// Returns tokens that this server never issued, one for each kind of forgery.
fn forgeries(token: &str, refresh: &str, claims: &Claims) -> Vec<String> {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let kid = claims_kid(token);
    let header = |alg: &str| json!({ "alg": alg, "typ": "at+jwt", "kid": kid });
    let unsigned = |alg: &str| with_header(&format!("{message}."), &header(alg));
    let ours = b"only for tests: 32 bytes of text";
    let late = Claims { issued_at: Timestamp(claims.issued_at.0 + 6_000), ..claims.clone() };
    let flipped: String = signature.chars().rev().collect();
    let mut all = vec![
        "x".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!("{message}.{flipped}"),
        format!("{token}{}", "A".repeat(50_000)),
        refresh.to_owned(),
        signed(b"another secret, also of 32 bytes", "http://127.0.0.1:3000", claims.clone()),
        signed(ours, "https://id.example.com", claims.clone()),
        signed(ours, "http://127.0.0.1:3000", late),
    ];
    all.extend(["none", "None", "NONE", ""].map(unsigned));
    all.extend(["HS384", "HS512", "RS256", "ES256", "EdDSA"].map(|alg| with_header(token, &header(alg))));
    all.push(with_header(token, &json!({ "alg": "HS256", "typ": "JWT", "kid": kid })));
    all.push(with_header(token, &json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid, "crit": ["exp"] })));
    all
}

fn claims_kid(token: &str) -> Value {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
}

/// Revokes an access token of this user in the given way.
async fn revoke(app: &TestApp, how: &str, name: &str, token: &str) {
    let user = app.services.users.find_by_any(name).await.unwrap();
    let change = match how {
        "signed out" => {
            app.post("/api/v1/auth/logout").bearer(token).send().await;
            return;
        }
        "signed out everywhere" => {
            app.post("/api/v1/auth/logout-all").bearer(token).send().await;
            return;
        }
        "given another password" => {
            let password = Password::choose("another horse battery", 8, &[]).unwrap();
            let caller = Caller::command_line();
            app.services.users.set_password(user.id, password, Actor::Cli, &caller).await.unwrap();
            return;
        }
        "banned" => UserChange::Ban { until: None, reason: None },
        "banned for a moment" => UserChange::Ban { until: Some(app.clock.now()), reason: None },
        "given other roles" => UserChange::Roles(vec!["admin".into(), "user".into()]),
        "deleted" => UserChange::Delete,
        other => panic!("{other}"),
    };
    app.change(user.id, change).await;
}

const REVOCATIONS: [&str; 7] = [
    "signed out",
    "signed out everywhere",
    "given another password",
    "banned",
    "banned for a moment",
    "given other roles",
    "deleted",
];

/// Returns one revoked token for each kind of revocation.
async fn revoked_tokens(app: &TestApp) -> Vec<(&'static str, String)> {
    let mut tokens = Vec::new();
    for (number, how) in REVOCATIONS.into_iter().enumerate() {
        let name = format!("user{number}");
        app.user(&name).await;
        let (token, _) = app.tokens(&name).await;
        assert_eq!(app.profile(&token).await.status, 200);
        revoke(app, how, &name, &token).await;
        tokens.push((how, token));
    }
    tokens
}

async fn assert_all_revoked(app: &TestApp, tokens: &[(&str, String)]) {
    for (how, token) in tokens {
        let answer = app.profile(token).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"), "{how}");
    }
}

/// Asserts that a credential is rejected as invalid, and that no cookie changes.
pub fn assert_invalid(answer: &TestResponse, what: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (401, "Invalid token"), "{what:.200}");
    assert_eq!(answer.header("www-authenticate"), INVALID, "{what:.200}");
    assert!(answer.set_cookies().is_empty(), "{what:.200}");
}

on_both_databases! {
    async fn every_refusal_matches_the_contract(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let (signed_out, _) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&signed_out).send().await;
        let mut answers = vec![
            ("no credentials".to_owned(), app.get("/api/user/profile").send().await),
            ("malformed".to_owned(), app.profile("x").await),
            ("revoked".to_owned(), app.profile(&signed_out).await),
        ];
        app.pass(24 * 3600);
        answers.push(("expired".to_owned(), app.profile(&token).await));
        answers.push(("expired and revoked".to_owned(), app.profile(&signed_out).await));
        assert_matches_snapshot("using_a_token", &answers);
    }

    async fn a_token_that_was_not_issued_here_is_invalid(app) {
        app.user("ada").await;
        let (token, refresh) = app.tokens("ada").await;
        let claims = app.services.sessions.check(&token, &Caller::command_line()).unwrap();
        for forgery in forgeries(&token, &refresh, &claims) {
            assert_invalid(&app.profile(&forgery).await, &forgery);
        }
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn an_unrecognized_credential_header_is_invalid(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let profile = || app.get("/api/user/profile");
        for value in ["Bearer", "Bearer ", "Basic YWRhOmFkYQ==", &format!("Bearer\t{token}"), &token, "", "Bearer é"] {
            assert_invalid(&profile().header("authorization", value).send().await, value);
        }
        assert_invalid(&profile().bearer(&token).bearer(&token).send().await, "twice");
        assert_invalid(&profile().header("x-api-key", &token).bearer(&token).send().await, "a key next to a good token");
        assert_eq!(profile().header("authorization", &format!("bearer {token}")).send().await.status, 200);
        let in_the_address =
            app.get(&format!("/api/user/profile?access_token={token}&token={token}&api_key={token}")).send().await;
        assert_eq!(in_the_address.error(), "Authentication required");
    }

    async fn a_bearer_token_expires_to_the_second(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        app.pass(24 * 3600 - 1);
        assert_eq!(app.profile(&token).await.status, 200);
        app.pass(1);
        assert_eq!(app.profile(&token).await.error(), "Token expired");
        assert!(app.profile(&token).await.set_cookies().is_empty());
    }

    async fn every_change_that_revokes_tokens_acts_at_once(app) {
        let tokens = revoked_tokens(&app).await;
        assert_all_revoked(&app, &tokens).await;
    }

    async fn a_restart_forgets_no_revocation_even_with_shorter_lifetimes_in_the_settings(app) {
        let tokens = revoked_tokens(&app).await;
        assert_all_revoked(&app.restart(&[]).await, &tokens).await;
        let later = app.restart(&[("tokens.api_ttl", "1m"), ("tokens.access_ttl", "1m")]).await;
        assert_all_revoked(&later, &tokens).await;
        app.pass(3600);
        later.services.monitor.end_due().await.unwrap();
        later.services.retention.sweep_at(later.clock.now()).await.unwrap();
        assert_all_revoked(&later, &tokens).await;
        assert_all_revoked(&app.restart(&[("tokens.api_ttl", "1m")]).await, &tokens).await;
    }

    async fn a_change_of_one_user_leaves_the_tokens_of_others_valid(app) {
        app.user("bob").await;
        let (token, _) = app.tokens("bob").await;
        revoked_tokens(&app).await;
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn a_change_of_name_revokes_no_token(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        app.patch("/api/v1/users/me").bearer(&token).json(&json!({ "name": "Ada" })).send().await;
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn both_routes_of_the_profile_respond_the_same(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let (old, new) = (app.profile(&token).await, app.get("/api/v1/users/me").bearer(&token).send().await);
        assert_eq!((old.status, old.json()), (200, new.json()));
        let (old, new) = (app.profile("x").await, app.get("/api/v1/users/me").bearer("x").send().await);
        assert_eq!(fingerprint(&old), fingerprint(&new));
    }

    async fn a_password_is_not_a_token(app) {
        app.user("ada").await;
        assert_invalid(&app.profile(PASSWORD).await, "a password");
    }
}
