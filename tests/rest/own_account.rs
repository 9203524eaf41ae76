//! `POST /auth/confirm`, `POST /users/me/password`, `POST /users/me/email`, `DELETE /users/me`.

use super::{WRONG, fingerprint};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
    races::race,
};
use claviger::{
    model::Password,
    server::{domain::Actor, services::Caller},
};
use serde_json::{Value, json};
use std::time::Duration;

const NEW: &str = "another password altogether";
const STALE: u64 = 10 * 60;

async fn post(app: &TestApp, bearer: &str, route: &str, body: &Value) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post(&format!("/api/v1/{route}")).bearer(bearer).json(body).send().await
}

async fn change_password(app: &TestApp, bearer: &str, current: &str, new: &str) -> TestResponse {
    post(app, bearer, "users/me/password", &json!({ "currentPassword": current, "newPassword": new })).await
}

async fn change_email(app: &TestApp, bearer: &str, email: &str) -> TestResponse {
    post(app, bearer, "users/me/email", &json!({ "email": email })).await
}

async fn verify(app: &TestApp, token: &str) -> TestResponse {
    app.post("/api/v1/auth/verify-email").json(&json!({ "token": token })).send().await
}

async fn reset_token(app: &TestApp) -> String {
    app.post("/api/v1/auth/forgot-password").json(&json!({ "email": "ada@example.com" })).send().await;
    app.mail_to("ada@example.com").await.token()
}

async fn log_in(app: &TestApp, password: &str) -> String {
    app.log_in("ada@example.com", password).await.json()["token"].as_str().unwrap().to_owned()
}

async fn delete(app: &TestApp, bearer: &str) -> TestResponse {
    app.delete("/api/v1/users/me").bearer(bearer).send().await
}

on_both_databases! {
    async fn a_change_of_password_ends_every_session_and_starts_a_new_one(app) {
        app.user("ada").await;
        let (other, _) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        let (bearer, refresh) = app.tokens("ada").await;
        let answer = change_password(&app, &bearer, PASSWORD, NEW).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 0), "{}", answer.text);
        let body = answer.json();
        assert_eq!((&body["tokenType"], &body["expiresIn"]), (&json!("Bearer"), &json!(86400)));
        let new = body["token"].as_str().unwrap();
        assert_ne!(TestApp::session_of(new), TestApp::session_of(&bearer));
        assert_eq!(app.profile(new).await.status, 200);
        assert_eq!(app.refresh(body["refreshToken"].as_str().unwrap()).await.status, 200);
        for old in [&other, &bearer] {
            assert_eq!(app.profile(old).await.error(), "Token revoked");
        }
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(browser.get("/dashboard").await.status, 303);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 400);
        assert_eq!(app.log_in("ada@example.com", NEW).await.status, 200);
        assert_eq!(app.templates_to("ada@example.com").await, ["password_changed", "new_device"]);
    }

    async fn a_change_of_password_by_cookies_sets_new_cookies(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
        let asking = app.post("/api/v1/users/me/password").same_origin().cookies(&browser.header());
        let answer = asking.json(&body).send().await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        let cookies = answer.set_cookies();
        assert!(cookies.iter().any(|cookie| cookie.starts_with("claviger-access=ey")), "{cookies:?}");
        assert!(cookies.iter().any(|cookie| cookie.starts_with("claviger-refresh=")), "{cookies:?}");
        assert_eq!(browser.get("/dashboard").await.status, 303, "the old cookies are dead");
    }

    async fn without_the_current_password_nothing_changes(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        let answer = change_password(&app, &bearer, WRONG, NEW).await;
        assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("currentPassword")));
        let missing = post(&app, &bearer, "users/me/password", &json!({ "newPassword": NEW })).await;
        assert_eq!(missing.status, 400);
        let short = change_password(&app, &bearer, PASSWORD, "short").await;
        assert_eq!((short.status, &short.json()["details"][0]["field"]), (400, &json!("newPassword")));
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn common_and_personal_passwords_are_refused_on_every_route(app) {
        app.user("gracehopper").await;
        let email = "gracehopper@example.com";
        for password in [
            "password12345678", "qwertyuiopasdfgh", "02021987", "123456qwe", "aaaaaaaa", "abcdefgh", "abcabcabc",
            "gracehopper12345678901", "claviger2026", "clavigerclaviger",
        ] {
            let body = json!({ "email": email, "username": "gracehopper", "password": password });
            let registered = app.post("/api/v1/auth/register").json(&body).send().await;
            assert_eq!((registered.status, &registered.json()["details"][0]["field"]), (400, &json!("password")), "{password}");
            let (bearer, _) = app.tokens("gracehopper").await;
            let changed = change_password(&app, &bearer, PASSWORD, password).await;
            assert_eq!((changed.status, &changed.json()["details"][0]["field"]), (400, &json!("newPassword")), "{password}");
            app.pass(3600);
            app.post("/api/v1/auth/forgot-password").json(&json!({ "email": email })).send().await;
            let body = json!({ "token": app.mail_to(email).await.token(), "password": password });
            let reset = app.post("/api/v1/auth/reset-password").json(&body).send().await;
            assert_eq!((reset.status, &reset.json()["details"][0]["field"]), (400, &json!("password")), "{password}");
        }
        assert_eq!(app.log_in(email, PASSWORD).await.status, 200);
    }

    async fn wrong_current_passwords_lock_as_failed_sign_ins_do(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        for _ in 0..3 {
            change_password(&app, &bearer, WRONG, NEW).await;
        }
        for _ in 0..2 {
            assert_eq!(post(&app, &bearer, "auth/confirm", &json!({ "password": WRONG })).await.status, 400);
        }
        for answer in [
            change_password(&app, &bearer, PASSWORD, NEW).await,
            post(&app, &bearer, "auth/confirm", &json!({ "password": PASSWORD })).await,
            app.log_in("ada@example.com", PASSWORD).await,
        ] {
            assert_eq!((answer.status, answer.error().as_str()), (403, "Account locked"));
        }
        assert_eq!(app.browser().sign_in("ada@example.com", PASSWORD).await.header("location"), "/login");
    }

    async fn a_new_address_is_confirmed_from_its_mail_and_the_old_one_is_notified(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        assert_eq!(change_email(&app, &bearer, "new@example.com").await.status, 200);
        assert_eq!(app.profile(&bearer).await.json()["email"], "ada@example.com", "until it is confirmed");
        let token = app.mail_to("new@example.com").await.token();
        app.pass(1);
        assert_eq!(verify(&app, &token).await.status, 200);
        let profile = app.profile(&bearer).await.json();
        assert_eq!((&profile["email"], &profile["emailVerified"]), (&json!("new@example.com"), &json!(true)));
        assert_eq!(app.templates_to("ada@example.com").await, ["email_changed", "email_change_requested"]);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 400);
        assert_eq!(app.log_in("new@example.com", PASSWORD).await.status, 200);
        assert_eq!(verify(&app, &token).await.status, 400);
    }

    async fn signing_out_everywhere_cancels_a_pending_change_of_address(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        change_email(&app, &bearer, "thief@example.com").await;
        let token = app.mail_to("thief@example.com").await.token();
        app.post("/api/v1/auth/logout-all").bearer(&bearer).send().await;
        assert_eq!(verify(&app, &token).await.status, 400);
    }

    async fn of_concurrent_changes_of_address_one_link_works(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        race(10, |number| {
            let (app, bearer) = (app.clone(), bearer.clone());
            async move { change_email(&app, &bearer, &format!("new{number}@example.com")).await }
        })
        .await;
        let live = "SELECT count(*) FROM one_time_secrets WHERE purpose = 'change_email' AND used_at IS NULL";
        assert_eq!(app.count(live).await, 1);
    }

    async fn a_change_of_password_never_overwrites_a_reset(app) {
        let ada = app.user("ada").await;
        for round in 0..10 {
            app.pass(3600);
            let (current, chosen) = (format!("the password of round {round}"), format!("the choice of reset {round}"));
            let password = Password::choose(&current, 8, &[]).unwrap();
            app.services.users.set_password(ada.id, password, Actor::Cli, &Caller::command_line()).await.unwrap();
            let bearer = log_in(&app, &current).await;
            let token = reset_token(&app).await;
            let ends = race(2, |number| {
                let (app, bearer, token) = (app.clone(), bearer.clone(), token.clone());
                let (current, chosen) = (current.clone(), chosen.clone());
                async move {
                    if number == 0 {
                        return change_password(&app, &bearer, &current, "the choice of a change").await.status;
                    }
                    let body = json!({ "token": token, "password": chosen });
                    app.post("/api/v1/auth/reset-password").json(&body).send().await.status
                }
            })
            .await;
            let is_reset = app.log_in("ada@example.com", &chosen).await.status == 200;
            assert_eq!(is_reset, ends[1] == 200, "round {round}: {ends:?}");
        }
    }

    async fn a_taken_address_gets_the_same_response_and_its_owner_is_notified(app) {
        app.user("ada").await;
        app.user("grace").await;
        let (bearer, _) = app.tokens("ada").await;
        let free = change_email(&app, &bearer, "new@example.com").await;
        let taken = change_email(&app, &bearer, "grace@example.com").await;
        assert_eq!(fingerprint(&free), fingerprint(&taken));
        assert_eq!(app.templates_to("grace@example.com").await, ["already_registered"]);
    }

    async fn an_address_taken_in_the_meantime_is_not_given_away(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        change_email(&app, &bearer, "new@example.com").await;
        let token = app.mail_to("new@example.com").await.token();
        app.user("new").await;
        assert_eq!(verify(&app, &token).await.status, 409);
        assert_eq!(app.profile(&bearer).await.json()["email"], "ada@example.com");
    }

    async fn sensitive_changes_need_a_fresh_sign_in(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        app.pass(STALE);
        for answer in [change_email(&app, &bearer, "new@example.com").await, delete(&app, &bearer).await] {
            assert_eq!((answer.status, answer.error().as_str()), (403, "Fresh sign-in required"));
        }
        assert_eq!(post(&app, &bearer, "auth/confirm", &json!({ "password": WRONG })).await.status, 400);
        assert_eq!(change_email(&app, &bearer, "new@example.com").await.status, 403);
        assert_eq!(post(&app, &bearer, "auth/confirm", &json!({ "password": PASSWORD })).await.status, 204);
        app.pass(STALE - 1);
        assert_eq!(change_email(&app, &bearer, "new@example.com").await.status, 200);
        app.pass(1);
        assert_eq!(change_email(&app, &bearer, "new@example.com").await.status, 403);
    }

    async fn refreshing_a_session_does_not_make_it_fresh(app) {
        app.user("ada").await;
        let (_, refresh) = app.tokens("ada").await;
        app.pass(STALE);
        let refreshed = app.refresh(&refresh).await.json();
        assert_eq!(delete(&app, refreshed["token"].as_str().unwrap()).await.status, 403);
    }

    async fn a_deleted_account_is_gone_at_once(app) {
        app.user("ada").await;
        let (other, _) = app.tokens("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        assert_eq!(delete(&app, &bearer).await.status, 204);
        for token in [&bearer, &other] {
            assert_eq!(app.profile(token).await.error(), "Token revoked");
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "Invalid email or password");
        assert_eq!(app.count(crate::app::USERS).await, 0);
        assert_eq!(app.count("SELECT count(*) FROM outbox").await, 0, "nor is the address kept with the mails");
    }

    async fn the_last_administrator_cannot_delete_their_account(app) {
        app.admin("root").await;
        let (bearer, _) = app.tokens("root").await;
        let answer = delete(&app, &bearer).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert_eq!(app.profile(&bearer).await.status, 200);
    }
}
