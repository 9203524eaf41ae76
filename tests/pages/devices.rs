//! Devices that have signed in before: strangers' failures never lock their owners out.

use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::server::services::Caller;
use serde_json::json;

const NEW: &str = "another password altogether";
const EMAIL: &str = "ada@example.com";

/// Restarts behind a trusted proxy, so that a test can send from any address.
async fn behind_a_proxy(app: &TestApp) -> TestApp {
    app.restart(&[("server.trusted_proxies", "127.0.0.1/32")]).await
}

async fn log_in_from(app: &TestApp, network: usize, password: &str) -> TestResponse {
    let address = format!("198.51.{}.{}", network / 250, network % 250 + 1);
    let body = json!({ "email": EMAIL, "password": password });
    app.post("/api/auth/login").header("x-forwarded-for", &address).json(&body).send().await
}

/// Fails to sign in this many times, five times from each network.
async fn fail(app: &TestApp, times: usize) {
    for time in 0..times {
        log_in_from(app, time / 5, "wrong").await;
    }
}

async fn signs_in(browser: &Browser, password: &str) -> bool {
    browser.drop_cookie("claviger-access");
    browser.drop_cookie("claviger-refresh");
    browser.sign_in(EMAIL, password).await.header("location") == "/dashboard"
}

fn cookie(answer: &TestResponse) -> Option<String> {
    answer.set_cookies().into_iter().find(|cookie| cookie.starts_with("claviger-device="))
}

on_both_databases! {
    async fn a_sign_in_by_the_form_makes_the_device_known(app) {
        app.user("ada").await;
        let browser = app.browser();
        let cookie = cookie(&browser.sign_in("ada", PASSWORD).await).unwrap();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"), "{cookie}");
        let id = browser.cookie("claviger-device").unwrap();
        assert!(id.len() == 43 && !app.dump().await.contains(&id), "only its digest is kept");
        browser.sign_out().await;
        assert_eq!(browser.cookie("claviger-device"), Some(id.clone()), "it lives on");
        browser.sign_in("ada", PASSWORD).await;
        assert_eq!(browser.cookie("claviger-device"), Some(id));
        assert_eq!(app.log_in(EMAIL, PASSWORD).await.set_cookies().len(), 0, "REST sets none");
    }

    async fn a_stranger_never_locks_the_owner_out_of_a_known_device_or_out_for_good(app) {
        let app = behind_a_proxy(&app).await;
        app.user("ada").await;
        let known = app.signed_in("ada").await;
        for times in [5, 45, 450] {
            fail(&app, times).await;
            assert!(signs_in(&known, PASSWORD).await, "after {times} more");
        }
        let elsewhere = app.browser();
        assert!(!signs_in(&elsewhere, PASSWORD).await, "fifty failures lock all but known devices");
        assert_eq!(log_in_from(&app, 9999, PASSWORD).await.error(), "Account locked");
        let mail = app.mail_to(EMAIL).await;
        assert_eq!(mail.template, "locked");
        assert_eq!(app.templates_to(EMAIL).await.iter().filter(|kind| *kind == "locked").count(), 1, "one mail");
        app.services.recovery.unlock(&mail.token(), &Caller::command_line()).await.unwrap();
        assert!(signs_in(&elsewhere, PASSWORD).await, "the mailed link opens");
    }

    async fn the_fiftieth_failure_within_a_day_locks_everywhere_until_the_day_is_over(app) {
        let app = behind_a_proxy(&app).await;
        app.user("ada").await;
        fail(&app, 49).await;
        assert_eq!(log_in_from(&app, 100, PASSWORD).await.status, 200, "the fiftieth attempt is handled as usual");
        for network in [101, 102] {
            log_in_from(&app, network, "wrong").await;
        }
        let locked = log_in_from(&app, 103, PASSWORD).await;
        assert_eq!((locked.status, locked.header("retry-after")), (403, "86400"));
        app.pass(86400);
        assert_eq!(log_in_from(&app, 103, PASSWORD).await.status, 200);
    }

    async fn a_known_device_has_its_own_counter(app) {
        app.user("ada").await;
        let known = app.signed_in("ada").await;
        for _ in 0..5 {
            assert!(!signs_in(&known, "wrong").await);
        }
        assert!(!signs_in(&known, PASSWORD).await, "it locks, too");
        assert_eq!(app.log_in(EMAIL, PASSWORD).await.status, 200, "and locks no one else");
    }

    async fn a_password_reset_forgets_known_devices(app) {
        app.user("ada").await;
        let known = app.signed_in("ada").await;
        let body = json!({ "email": EMAIL });
        app.post("/api/v1/auth/forgot-password").json(&body).send().await;
        let body = json!({ "token": app.mail_to(EMAIL).await.token(), "password": NEW });
        assert_eq!(app.post("/api/v1/auth/reset-password").json(&body).send().await.status, 200);
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        assert!(!signs_in(&known, NEW).await, "it is locked as its network is");
        app.pass(15 * 60);
        assert!(signs_in(&known, NEW).await);
    }

    async fn a_known_device_of_one_user_does_not_help_with_the_account_of_another(app) {
        app.user("ada").await;
        app.user("eve").await;
        let eves = app.signed_in("eve").await;
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        assert!(!signs_in(&eves, PASSWORD).await);
    }

    async fn a_planted_device_is_not_taken_over(app) {
        app.user("ada").await;
        app.user("eve").await;
        let eves = app.signed_in("eve").await;
        let planted = eves.cookie("claviger-device").unwrap();
        let adas = app.browser();
        adas.set_cookie("claviger-device", &planted);
        assert!(signs_in(&adas, PASSWORD).await);
        assert_ne!(adas.cookie("claviger-device"), Some(planted), "it gets a new id");
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        assert!(!signs_in(&eves, PASSWORD).await, "the attacker's copy opens nothing");
    }

    async fn the_owner_is_notified_of_a_new_device_but_not_of_the_first_or_a_known_one(app) {
        app.user("ada").await;
        let first = app.signed_in("ada").await;
        assert!(signs_in(&first, PASSWORD).await);
        assert_eq!(app.templates_to(EMAIL).await.len(), 0);
        app.signed_in("ada").await;
        assert_eq!(app.templates_to(EMAIL).await, ["new_device"]);
    }

    async fn the_owner_is_notified_of_a_program_on_a_new_network(app) {
        let app = behind_a_proxy(&app).await;
        app.user("ada").await;
        for network in [1, 1, 2, 1] {
            assert_eq!(log_in_from(&app, network, PASSWORD).await.status, 200);
        }
        assert_eq!(app.templates_to(EMAIL).await, ["new_device"]);
    }

    async fn a_copied_device_cookie_is_worthless_after_a_change_of_password_or_a_reset(app) {
        app.user("ada").await;
        let known = app.signed_in("ada").await;
        let copied = known.copy();
        let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
        let asking = app.post("/api/v1/users/me/password").same_origin().cookies(&known.header());
        assert_eq!(asking.json(&body).send().await.status, 204);
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        assert!(!signs_in(&copied, NEW).await, "its id was given up");
    }

    async fn other_mails_never_crowd_out_the_unlock_mail(app) {
        app.user("ada").await;
        for _ in 0..6 {
            app.post("/api/v1/auth/forgot-password").json(&json!({ "email": EMAIL })).send().await;
        }
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        assert!(app.templates_to(EMAIL).await.contains(&"locked".to_owned()));
    }

    async fn the_owner_is_notified_of_refresh_token_reuse(app) {
        app.user("ada").await;
        let (_, old) = app.tokens("ada").await;
        app.pass(60);
        let new = app.refresh(&old).await.json();
        app.profile(new["token"].as_str().unwrap()).await;
        app.services.sessions.last_seen().flush().await;
        app.pass(60);
        assert_eq!(app.refresh(&old).await.status, 401);
        assert_eq!(app.templates_to(EMAIL).await, ["token_reused"]);
    }

    async fn the_owner_is_notified_of_an_unlock(app) {
        let ada = app.user("ada").await;
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        app.pass(1);
        let actor = claviger::server::domain::Actor::Cli;
        assert_eq!(app.services.users.unlock(&ada, actor, &Caller::command_line()).await.unwrap(), 1);
        assert_eq!(app.templates_to(EMAIL).await, ["unlocked", "locked"]);
        assert_eq!(app.log_in(EMAIL, PASSWORD).await.status, 200);
    }
}
