//! A pending change of email address: what ends it, and who can stop it.

use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::Password,
    server::{
        domain::{Actor, UserChange},
        services::Caller,
    },
};
use serde_json::json;
use std::time::Duration;

const OLD: &str = "ada@example.com";
const NEW: &str = "new@example.com";

async fn ask(app: &TestApp, bearer: &str, email: &str) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post("/api/v1/users/me/email").bearer(bearer).json(&json!({ "email": email })).send().await
}

async fn confirm(app: &TestApp, token: &str) -> u16 {
    app.clock.advance(Duration::from_millis(1));
    app.post("/api/v1/auth/verify-email").json(&json!({ "token": token })).send().await.status
}

async fn stop(app: &TestApp, token: &str) -> (Browser, String) {
    let browser = app.browser();
    let answer = browser.post("/fn/stop_email_change", &[("token", token)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to = answer.header("location").to_owned();
    (browser, to)
}

on_both_databases! {
    async fn the_old_address_is_notified_at_once_and_again_when_the_change_is_complete(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        assert_eq!(ask(&app, &bearer, NEW).await.status, 200);
        assert_eq!(app.templates_to(OLD).await, ["email_change_requested"]);
        assert_eq!(confirm(&app, &app.mail_to(NEW).await.token()).await, 200);
        assert_eq!(app.templates_to(OLD).await, ["email_changed", "email_change_requested"]);
    }

    async fn the_link_in_the_mail_to_the_old_address_stops_the_change_only_when_its_button_is_pressed(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        ask(&app, &bearer, NEW).await;
        let (link, mail) = (app.last_link(OLD, "/stop-email-change").await, app.mail_to(NEW).await);
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains("action=\"/fn/stop_email_change\"") && page.text.contains(OLD), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        let token = app.mail_to(OLD).await.token();
        let (browser, to) = stop(&app, &token).await;
        assert_eq!(to, "/login");
        assert!(browser.get("/login").await.text.contains("Email change cancelled."));
        assert_eq!(confirm(&app, &mail.token()).await, 400);
        let by_code = app.browser();
        by_code.sign_in("ada", PASSWORD).await;
        by_code.post("/fn/confirm_new_email", &[("code", &mail.code())]).await;
        assert_eq!(app.profile(&bearer).await.json()["email"], OLD);
        assert!(app.get(&link).send().await.text.contains("No email change to cancel"));
        let (_, to) = stop(&app, &token).await;
        assert!(to.starts_with("/stop-email-change?token="), "a second time: {to}");
    }

    async fn a_thief_who_repeats_the_request_is_stopped_by_the_link_in_the_first_mail_alone(app) {
        app.user("ada").await;
        app.user("eve").await;
        let (bearer, _) = app.tokens("ada").await;
        let (of_eve, _) = app.tokens("eve").await;
        ask(&app, &of_eve, "eve2@example.com").await;
        let of_eve = app.mail_to("eve@example.com").await.token();
        ask(&app, &bearer, NEW).await;
        let first = app.mail_to(OLD).await.token();
        for number in 0..7 {
            ask(&app, &bearer, &format!("thief+{number}@example.com")).await;
        }
        assert_eq!(app.templates_to(OLD).await.len(), 8, "each is notified, whatever went to the new address");
        stop(&app, &of_eve).await;
        stop(&app, "x").await;
        let newest = app.mail_to("thief+4@example.com").await.token();
        let is_live = "SELECT count(*) FROM one_time_secrets WHERE purpose = 'change_email' AND used_at IS NULL";
        assert_eq!(app.count(is_live).await, 1, "another user's link stops nothing");
        stop(&app, &first).await;
        assert_eq!((confirm(&app, &newest).await, app.count(is_live).await), (400, 0));
    }

    async fn a_link_sent_to_a_former_address_stops_nothing(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        ask(&app, &bearer, NEW).await;
        let old = app.mail_to(OLD).await.token();
        assert_eq!(confirm(&app, &app.mail_to(NEW).await.token()).await, 200);
        ask(&app, &bearer, "newer@example.com").await;
        stop(&app, &old).await;
        assert_eq!(confirm(&app, &app.mail_to("newer@example.com").await.token()).await, 200);
    }

    async fn a_request_for_a_taken_address_sends_the_old_one_the_usual_mail(app) {
        app.user("ada").await;
        app.user("grace").await;
        let (bearer, _) = app.tokens("ada").await;
        ask(&app, &bearer, NEW).await;
        ask(&app, &bearer, "grace@example.com").await;
        assert_eq!(app.templates_to(OLD).await, ["email_change_requested"; 2]);
    }

    async fn a_change_ends_with_the_session_that_requested_it(app) {
        let ada = app.user("ada").await;
        for end in ["sign out", "everywhere", "others", "one", "idle"] {
            let (bearer, _) = app.tokens("ada").await;
            let (other, _) = app.tokens("ada").await;
            assert_eq!(ask(&app, &bearer, NEW).await.status, 200, "{end}");
            let (token, code) = (app.mail_to(NEW).await.token(), app.mail_to(NEW).await.code());
            let session = TestApp::session_of(&bearer);
            match end {
                "sign out" => drop(app.post("/api/v1/auth/logout").bearer(&bearer).send().await),
                "everywhere" => drop(app.post("/api/v1/auth/logout-all").bearer(&other).send().await),
                "others" => {
                    let browser = app.signed_in("ada").await;
                    browser.post("/fn/end_other_sessions", &[]).await;
                }
                "one" => drop(app.delete(&format!("/api/v1/sessions/{session}")).bearer(&other).send().await),
                _ => app.run_sql("UPDATE sessions SET idle_until = created_at").await,
            }
            assert_eq!(confirm(&app, &token).await, 400, "{end}");
            let browser = app.signed_in("ada").await;
            browser.post("/fn/confirm_new_email", &[("code", &code)]).await;
            assert_eq!(app.find(ada.id).await.email.as_str(), OLD, "{end}");
            app.pass(3600);
        }
    }

    async fn a_change_ends_with_the_password_and_with_a_ban(app) {
        let ada = app.user("ada").await;
        let actor = Actor::Cli;
        for end in ["change", "reset", "administrator", "ban"] {
            let (bearer, _) = app.tokens("ada").await;
            assert_eq!(ask(&app, &bearer, NEW).await.status, 200, "{end}");
            let token = app.mail_to(NEW).await.token();
            let password = Password::choose(PASSWORD, 8, &[]).unwrap();
            match end {
                "change" => {
                    let body = json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD });
                    app.post("/api/v1/users/me/password").bearer(&bearer).json(&body).send().await;
                }
                "reset" => {
                    app.clock.advance(Duration::from_millis(1));
                    app.post("/api/v1/auth/forgot-password").json(&json!({ "email": OLD })).send().await;
                    let body = json!({ "token": app.mail_to(OLD).await.token(), "password": PASSWORD });
                    assert_eq!(app.post("/api/v1/auth/reset-password").json(&body).send().await.status, 200);
                }
                "administrator" => {
                    app.services.users.set_password(ada.id, password, actor, &Caller::command_line()).await.unwrap();
                }
                _ => {
                    app.change(ada.id, UserChange::Ban { until: None, reason: None }).await;
                    app.change(ada.id, UserChange::Unban).await;
                }
            }
            assert_eq!(confirm(&app, &token).await, 400, "{end}");
            app.pass(3600);
        }
    }
}
