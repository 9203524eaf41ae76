//! `POST /auth/refresh`: refreshing `api` sessions.

use super::assert_matches_snapshot;
use crate::{
    app::{TestApp, claims_of},
    on_both_databases,
    races::race,
};
use claviger::server::domain::UserChange;
use serde_json::json;

const DAY: u64 = 24 * 3600;

on_both_databases! {
    async fn white_space_around_a_pasted_refresh_token_is_ignored(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        assert_eq!(app.refresh(&format!(" {token}\r\n")).await.status, 200);
    }

    async fn every_response_matches_the_contract(app) {
        app.user("ada").await;
        let (access, token) = app.tokens("ada").await;
        app.pass(3600);
        let good = app.refresh(&token).await;
        let malformed = app.refresh("x").await;
        app.post("/api/v1/auth/logout").bearer(&access).send().await;
        let ended = app.refresh(&token).await;
        assert_matches_snapshot(
            "refresh",
            &[("good".to_owned(), good), ("malformed".to_owned(), malformed), ("ended".to_owned(), ended)],
        );
    }

    async fn a_valid_refresh_token_gives_a_new_pair_for_the_same_session(app) {
        app.user("ada").await;
        let (first, token) = app.tokens("ada").await;
        app.pass(DAY);
        assert_eq!(app.profile(&first).await.error(), "Token expired");
        let answer = app.refresh(&token).await;
        let second = answer.json()["token"].as_str().unwrap().to_owned();
        assert_ne!(answer.json()["refreshToken"], token);
        assert_eq!(claims_of(&first)["sid"], claims_of(&second)["sid"]);
        assert_eq!(app.profile(&second).await.status, 200);
        app.pass(DAY - 1);
        assert_eq!(app.profile(&second).await.status, 200);
        app.pass(1);
        assert_eq!(app.profile(&second).await.error(), "Token expired");
    }

    async fn the_response_says_how_many_seconds_are_left(app) {
        app.user("ada").await;
        let (_, mut token) = app.tokens("ada").await;
        let mut left = 0;
        for pause in [6 * DAY, 6 * DAY, 6 * DAY, 6 * DAY, 5 * DAY + DAY / 2] {
            app.pass(pause);
            let answer = app.refresh(&token).await.json();
            answer["refreshToken"].as_str().unwrap().clone_into(&mut token);
            left = answer["expiresIn"].as_u64().unwrap();
            let claims = claims_of(answer["token"].as_str().unwrap());
            assert_eq!(claims["exp"].as_u64().unwrap(), claims["iat"].as_u64().unwrap() + left);
            assert!(left <= DAY);
        }
        assert_eq!(left, DAY / 2, "no token outlives its session");
        app.pass(DAY / 2);
        assert_eq!(app.refresh(&token).await.error(), "Token revoked", "thirty days after sign-in");
    }

    async fn a_session_that_is_not_refreshed_ends_after_a_week(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        app.pass(7 * DAY - 1);
        let answer = app.refresh(&token).await;
        assert_eq!(answer.status, 200);
        app.pass(7 * DAY);
        let answer = app.refresh(answer.json()["refreshToken"].as_str().unwrap()).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"));
    }

    async fn a_token_that_was_never_issued_is_invalid(app) {
        app.user("ada").await;
        let (access, token) = app.tokens("ada").await;
        let mut other_case = token.clone();
        other_case.replace_range(60..61, if &token[60..61] == "A" { "B" } else { "A" });
        for text in [
            "",
            " ",
            "x",
            "\0",
            "é",
            &token[1..],
            &format!("{token}="),
            &format!("{} {}", &token[..9], &token[9..]),
            &format!("Bearer {token}"),
            &other_case,
            &access,
            &"A".repeat(100_000),
        ] {
            let answer = app.refresh(text).await;
            assert_eq!((answer.status, answer.error().as_str()), (401, "Invalid token"), "{text:.100}");
            assert_eq!(
                answer.header("www-authenticate"),
                r#"Bearer error="invalid_token", error_description="Invalid token""#
            );
        }
        assert_eq!(app.refresh(&token).await.status, 200);
    }

    async fn a_browsers_refresh_token_is_accepted_only_in_its_cookie(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let token = browser.cookie("claviger-refresh").unwrap();
        for _ in 0..3 {
            assert_eq!(app.refresh(&token).await.error(), "Token revoked");
            app.pass(15 * 60);
        }
        assert_eq!(browser.get("/dashboard").await.status, 200, "the session lives on");
    }

    async fn a_refresh_of_the_wrong_kind_does_not_disturb_a_concurrent_valid_one(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..10 {
            app.pass(15 * 60);
            let token = browser.cookie("claviger-refresh").unwrap();
            let answers = race(8, |number| {
                let (app, tab, token) = (app.clone(), browser.copy(), token.clone());
                async move { if number < 4 { app.refresh(&token).await } else { tab.get("/dashboard").await } }
            })
            .await;
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            assert_eq!(statuses, [401, 401, 401, 401, 200, 200, 200, 200]);
            browser.get("/dashboard").await;
        }
    }

    async fn an_api_refresh_token_is_accepted_only_in_the_body(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        for _ in 0..3 {
            let answer = app.get("/api/user/profile").cookies(&format!("claviger-refresh={token}")).send().await;
            assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"));
            app.pass(60);
        }
        assert_eq!(app.refresh(&token).await.status, 200, "the session lives on");
    }

    async fn the_token_of_an_ended_session_is_revoked(app) {
        for (name, change) in [
            ("banned", UserChange::Ban { until: None, reason: None }),
            ("gone", UserChange::Delete),
            ("everywhere", UserChange::SignOutEverywhere),
        ] {
            let user = app.user(name).await;
            let (_, token) = app.tokens(name).await;
            app.change(user.id, change).await;
            let answer = app.refresh(&token).await;
            assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"), "{name}");
        }
    }

    async fn a_change_of_roles_appears_in_the_next_token(app) {
        let ada = app.user("ada").await;
        let (access, token) = app.tokens("ada").await;
        app.change(ada.id, UserChange::Roles(vec!["admin".into(), "user".into()])).await;
        assert_eq!(app.profile(&access).await.error(), "Token revoked");
        let answer = app.refresh(&token).await.json();
        let access = answer["token"].as_str().unwrap();
        assert_eq!(claims_of(access)["roles"], json!(["admin", "user"]));
        assert_eq!(app.profile(access).await.status, 200);
    }

    async fn a_body_without_exactly_one_token_is_refused(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        for body in [
            json!({}),
            json!({ "refreshToken": null }),
            json!({ "refreshToken": 1 }),
            json!({ "refreshToken": [token] }),
            json!({ "refresh_token": token }),
            json!({ "refreshToken": token, "grant_type": "refresh_token" }),
            json!([token]),
            json!(token),
            json!(null),
        ] {
            let answer = app.post("/api/v1/auth/refresh").json(&body).send().await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")), "{body}");
        }
        assert_eq!(app.count("SELECT max(generation) FROM sessions").await, 0);
    }

    /// Not even if the same request carries cookies that a page would refresh or clear.
    async fn refreshing_by_rest_sets_no_cookie(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(15 * 60);
        for cookies in [browser.header(), "claviger-refresh=x".to_owned()] {
            let asking = app.post("/api/v1/auth/refresh").same_origin().cookies(&cookies);
            let answer = asking.json(&json!({ "refreshToken": token })).send().await;
            assert_eq!((answer.status, answer.set_cookies()), (200, Vec::new()));
        }
    }

    async fn ending_one_session_leaves_the_others(app) {
        app.user("ada").await;
        let (phone, _) = app.tokens("ada").await;
        let (_, desk) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&phone).send().await;
        let answer = app.refresh(&desk).await;
        assert_eq!(answer.status, 200);
        assert_ne!(TestApp::session_of(&phone), TestApp::session_of(answer.json()["token"].as_str().unwrap()));
    }
}
