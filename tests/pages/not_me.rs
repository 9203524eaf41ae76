//! "This wasn't me": a report, by a mailed link or while signed in, and what follows from it.

use super::assert_leads_to;
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
    races::race,
};
use claviger::server::{
    domain::{Actor, ProfileChange, UserChange},
    services::Caller,
};
use serde_json::json;

const EMAIL: &str = "ada@example.com";
const NEW: &str = "another password altogether";
const SECURED: &str = "SELECT count(*) FROM audit WHERE action = 'account.secured'";

/// Signs in with a new device. Returns its browser and the link that its mail has.
async fn stranger(app: &TestApp) -> (Browser, String) {
    app.pass(1);
    let browser = app.signed_in("ada").await;
    (browser, app.last_link(EMAIL, "/not-me").await)
}

async fn press(app: &TestApp, link: &str) -> TestResponse {
    app.browser().post("/fn/report_not_me", &[("token", link.split_once('=').unwrap().1)]).await
}

/// Chooses a new password by the newest mail, and returns a token of a program that then signs in with it.
async fn reset(app: &TestApp) -> String {
    app.pass(1);
    let body = json!({ "token": app.mail_to(EMAIL).await.token(), "password": NEW });
    let answer = app.post("/api/v1/auth/reset-password").json(&body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    app.pass(1);
    app.log_in(EMAIL, NEW).await.json()["token"].as_str().unwrap().to_owned()
}

async fn ask_for(app: &TestApp, token: &str, email: &str) -> TestResponse {
    app.pass(1);
    app.post("/api/v1/users/me/email").bearer(token).json(&json!({ "email": email })).send().await
}

on_both_databases! {
    async fn the_link_in_the_mail_changes_nothing_until_its_button_is_pressed(app) {
        app.user("ada").await;
        let first = app.signed_in("ada").await;
        let (thief, link) = stranger(&app).await;
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains("action=\"/fn/report_not_me\"") && page.text.contains(EMAIL), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        assert_eq!((first.get("/account").await.status, thief.get("/account").await.status), (200, 200));
        assert_leads_to(&press(&app, &link).await, &link, "pressed");
        assert_eq!((first.get("/account").await.status, thief.get("/account").await.status), (303, 303));
    }

    async fn a_report_ends_every_session_and_the_old_password_works_no_longer(app) {
        app.user("ada").await;
        let (program, refresh) = app.tokens("ada").await;
        let first = app.signed_in("ada").await;
        let (_, link) = stranger(&app).await;
        app.pass(1);
        press(&app, &link).await;
        assert_eq!(app.profile(&program).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(app.log_in(EMAIL, PASSWORD).await.error(), "Invalid email or password");
        assert_eq!(first.sign_in("ada", PASSWORD).await.status, 303);
        assert_eq!(first.get("/account").await.status, 303, "not from a device that was known either");
        assert_eq!(app.count("SELECT count(*) FROM devices").await, 0);
        assert_eq!(app.templates_to(EMAIL).await[0], "account_secured");
        let token = reset(&app).await;
        assert_eq!(app.profile(&token).await.status, 200);
        let log = app.get("/api/v1/users/me/audit-events").bearer(&token).send().await.json();
        let actions: Vec<_> = log["data"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions[..3], ["sign_in.succeeded", "password.reset", "sign_in.failed"]);
        assert!(actions.contains(&"account.secured"));
    }

    async fn a_link_works_once_and_then_says_what_was_done(app) {
        app.user("ada").await;
        app.signed_in("ada").await;
        let (_, older) = stranger(&app).await;
        let (_, link) = stranger(&app).await;
        app.pass(1);
        press(&app, &link).await;
        let done = app.get(&link).send().await.text;
        assert!(done.contains("Your account is secured") && !done.contains("report_not_me"), "{done}");
        let token = reset(&app).await;
        for link in [&link, &older] {
            assert_leads_to(&press(&app, link).await, link, "a second time");
            assert!(app.get(link).send().await.text.contains("Your account is secured"));
        }
        assert_eq!(app.profile(&token).await.status, 200, "the owner is not signed out by a second click");
        assert_eq!(app.count(SECURED).await, 1);
    }

    async fn two_clicks_at_once_do_it_once(app) {
        app.user("ada").await;
        app.signed_in("ada").await;
        let (_, link) = stranger(&app).await;
        app.pass(1);
        let ends = race(8, |_| {
            let (app, link) = (app.clone(), link.clone());
            async move { press(&app, &link).await.status }
        })
        .await;
        assert_eq!(ends, [303; 8]);
        assert_eq!(app.count(SECURED).await, 1);
        let mails = app.templates_to(EMAIL).await;
        assert_eq!(mails.iter().filter(|template| *template == "account_secured").count(), 1, "{mails:?}");
        reset(&app).await;
    }

    async fn an_expired_an_unknown_and_a_deleted_users_link_say_so_and_show_a_way_on(app) {
        let ada = app.user("ada").await;
        app.signed_in("ada").await;
        let (_, link) = stranger(&app).await;
        app.pass(7 * 24 * 60 * 60);
        for dead in [link.as_str(), "/not-me?token=x", "/not-me?token=", "/not-me"] {
            let page = app.get(dead).send().await;
            assert_eq!(page.status, 200, "{dead}");
            assert!(page.text.contains("This link has expired") && page.text.contains("href=\"/forgot-password\""), "{dead}");
        }
        assert_eq!(press(&app, &link).await.status, 303);
        let (_, link) = stranger(&app).await;
        app.change(ada.id, UserChange::Delete).await;
        assert!(app.get(&link).send().await.text.contains("This link has expired"));
        press(&app, &link).await;
        assert_eq!(app.count(SECURED).await, 0);
    }

    async fn a_link_mailed_to_a_former_address_does_nothing(app) {
        let ada = app.user("ada").await;
        app.signed_in("ada").await;
        let (browser, link) = stranger(&app).await;
        app.change(ada.id, UserChange::Email(claviger::model::Email::parse("new@example.com").unwrap())).await;
        press(&app, &link).await;
        assert_eq!((browser.get("/account").await.status, app.count(SECURED).await), (200, 0));
    }

    async fn signed_in_users_report_from_their_pages_without_a_link(app) {
        app.user("ada").await;
        app.user("bob").await;
        let bob = app.signed_in("bob").await;
        let first = app.signed_in("ada").await;
        let (thief, _) = stranger(&app).await;
        for page in ["/account/sessions", "/account/security", "/dashboard"] {
            assert!(first.get(page).await.text.contains("href=\"/not-me\""), "{page}");
        }
        assert!(first.get("/not-me").await.text.contains(EMAIL));
        let answer = first.post("/fn/report_not_me", &[("token", ""), ("sure", "yes")]).await;
        assert_leads_to(&answer, "/login", "pressed");
        assert!(answer.set_cookies().iter().any(|cookie| cookie.starts_with("claviger-refresh=;")), "signed out");
        assert!(first.get("/login").await.text.contains("Your account is secured: all devices are signed out"));
        assert_eq!((thief.get("/account").await.status, bob.get("/account").await.status), (303, 200));
        assert_leads_to(&app.browser().post("/fn/report_not_me", &[("sure", "yes")]).await, "/not-me", "nobody");
        assert_eq!(app.count(SECURED).await, 1);
    }

    async fn a_pending_change_of_email_is_dropped_and_none_is_possible_for_a_day(app) {
        app.user("ada").await;
        let (thief, _) = app.tokens("ada").await;
        let (_, link) = { app.signed_in("ada").await; stranger(&app).await };
        assert_eq!(ask_for(&app, &thief, "thief@example.com").await.status, 200);
        let pending = app.mail_to("thief@example.com").await.token();
        press(&app, &link).await;
        let confirm = json!({ "token": pending });
        assert_eq!(app.post("/api/v1/auth/verify-email").json(&confirm).send().await.status, 400);
        let live = reset(&app).await;
        let refused = ask_for(&app, &live, "thief@example.com").await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert_eq!(refused.error(), "Email can't be changed for 24 hours after a report of an unknown sign-in");
        let browser = app.browser();
        browser.sign_in("ada", NEW).await;
        assert!(browser.get("/account").await.text.contains("the address can’t be changed until"));
        browser.post("/fn/change_email", &[("email", "thief@example.com")]).await;
        assert!(browser.get("/account").await.text.contains(EMAIL));
        assert_eq!(app.count("SELECT count(*) FROM one_time_secrets WHERE purpose = 'change_email'").await, 0);
        app.pass(24 * 60 * 60);
        let later = app.log_in(EMAIL, NEW).await.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(ask_for(&app, &later, "ada2@example.com").await.status, 200);
        app.pass(1);
        let confirm = json!({ "token": app.mail_to("ada2@example.com").await.token() });
        assert_eq!(app.post("/api/v1/auth/verify-email").json(&confirm).send().await.status, 200);
    }

    async fn administrators_change_the_email_of_others_meanwhile_but_not_their_own(app) {
        let (ada, eve) = (app.admin("ada").await, app.admin("eve").await);
        app.signed_in("ada").await;
        let (_, link) = stranger(&app).await;
        press(&app, &link).await;
        let token = reset(&app).await;
        let own = app.patch(&format!("/api/v1/users/{}", ada.id)).bearer(&token).json(&json!({ "email": "x@example.com" }));
        assert_eq!(own.send().await.status, 409);
        let email = claviger::model::Email::parse("ada2@example.com").unwrap();
        let change = UserChange::Profile(ProfileChange { email: Some(email), ..ProfileChange::default() });
        app.services.users.change(ada.id, change, Actor::User(eve.id), &Caller::command_line()).await.unwrap();
        assert_eq!(app.find(ada.id).await.email.as_str(), "ada2@example.com");
    }

    async fn the_database_holds_no_token_of_a_link(app) {
        app.user("ada").await;
        app.signed_in("ada").await;
        let (_, link) = stranger(&app).await;
        let token = link.split_once('=').unwrap().1.to_owned();
        assert!(!app.dump().await.contains(&token));
        press(&app, &link).await;
        assert!(!app.dump().await.contains(&token));
    }
}
