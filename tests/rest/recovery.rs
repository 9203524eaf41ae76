//! Links and codes in mails: confirming an email address, setting a new password.

use super::{fingerprint, register::register};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
    races::race,
};
use claviger::{model::Identifier, server::services::Caller};
use serde_json::{Value, json};
use std::time::Duration;

const NEW: &str = "another password altogether";
const DEAD: &str = "This link has expired or was already used";
const WRONG_CODE: &str = "This code is wrong or has expired";

pub async fn post(app: &TestApp, route: &str, body: &Value) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post(&format!("/api/v1/auth/{route}")).json(body).send().await
}

pub async fn forgot(app: &TestApp, email: &str) -> TestResponse {
    post(app, "forgot-password", &json!({ "email": email })).await
}

pub async fn reset(app: &TestApp, token: &str) -> TestResponse {
    post(app, "reset-password", &json!({ "token": token, "password": NEW })).await
}

async fn verify(app: &TestApp, token: &str) -> TestResponse {
    post(app, "verify-email", &json!({ "token": token })).await
}

async fn by_code(app: &TestApp, email: &str, code: &str) -> TestResponse {
    post(app, "verify-email", &json!({ "email": email, "code": code })).await
}

/// Requests a reset and returns the link's token.
pub async fn reset_token(app: &TestApp, name: &str) -> String {
    let email = format!("{name}@example.com");
    assert_eq!(forgot(app, &email).await.status, 202);
    app.mail_to(&email).await.token()
}

pub async fn unverified(app: &TestApp) -> (String, String) {
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    assert_eq!(register(app, &body).await.status, 202);
    let mail = app.mail_to("ada@example.com").await;
    (mail.token(), mail.code())
}

fn another_code(code: &str) -> String {
    format!("{:08}", (code.parse::<u32>().unwrap() + 1) % 100_000_000)
}

on_both_databases! {
    async fn a_forgotten_password_is_replaced_by_the_link_and_every_session_ends(app) {
        app.user("ada").await;
        let (bearer, refresh) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        let token = reset_token(&app, "ada").await;
        let answer = reset(&app, &token).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 0), "{}", answer.text);
        assert_eq!(app.profile(&bearer).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(browser.get("/dashboard").await.status, 303);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 400);
        assert_eq!(app.log_in("ada@example.com", NEW).await.status, 200);
        assert_eq!(app.templates_to("ada@example.com").await, ["password_changed", "reset_password", "new_device"]);
    }

    async fn known_and_unknown_addresses_get_the_same_response(app) {
        app.user("ada").await;
        for route in ["forgot-password", "resend-verification"] {
            let known = post(&app, route, &json!({ "email": "ada@example.com" })).await;
            let unknown = post(&app, route, &json!({ "email": "nobody@example.com" })).await;
            assert_eq!((known.status, fingerprint(&known)), (202, fingerprint(&unknown)), "{route}");
        }
        assert_eq!(app.templates_to("nobody@example.com").await.len(), 0);
        let known = by_code(&app, "ada@example.com", "12345678").await;
        let unknown = by_code(&app, "nobody@example.com", "12345678").await;
        assert_eq!((known.status, known.error().as_str(), fingerprint(&known)), (400, WRONG_CODE, fingerprint(&unknown)));
    }

    async fn a_link_works_once_even_after_a_restart(app) {
        app.user("ada").await;
        let token = reset_token(&app, "ada").await;
        assert_eq!(reset(&app, &token).await.status, 200);
        assert_eq!(reset(&app, &token).await.error(), DEAD);
        let app = app.restart(&[]).await;
        assert_eq!(reset(&app, &token).await.error(), DEAD);
    }

    async fn twenty_concurrent_uses_of_one_link_succeed_once(app) {
        app.user("ada").await;
        for _ in 0..3 {
            app.pass(3600);
            let token = reset_token(&app, "ada").await;
            let answers = race(20, |_| {
                let (app, token) = (app.clone(), token.clone());
                async move { reset(&app, &token).await.status }
            })
            .await;
            assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        }
        let (token, _) = { app.pass(3600); another_unverified(&app).await };
        let answers = race(20, |_| {
            let (app, token) = (app.clone(), token.clone());
            async move { verify(&app, &token).await.status }
        })
        .await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    }

    async fn the_newest_link_invalidates_the_older_ones(app) {
        app.user("ada").await;
        let old = reset_token(&app, "ada").await;
        let new = reset_token(&app, "ada").await;
        assert_eq!(reset(&app, &old).await.error(), DEAD);
        assert_eq!(reset(&app, &new).await.status, 200);
    }

    async fn a_link_expires(app) {
        app.user("ada").await;
        let token = reset_token(&app, "ada").await;
        app.pass(3600);
        assert_eq!(reset(&app, &token).await.error(), DEAD);
        let (token, _) = another_unverified(&app).await;
        app.pass(24 * 3600 - 1);
        assert_eq!(verify(&app, &token).await.status, 200);
    }

    async fn a_link_is_valid_for_its_purpose_only(app) {
        app.user("grace").await;
        let reset_link = reset_token(&app, "grace").await;
        let (verify_link, _) = unverified(&app).await;
        assert_eq!(verify(&app, &reset_link).await.error(), DEAD);
        assert_eq!(reset(&app, &verify_link).await.error(), DEAD);
        for link in [&reset_link, &verify_link] {
            assert!(app.services.recovery.unlock(link, &Caller::command_line()).await.is_err());
            assert!(app.services.registration.invited(link).await.unwrap().is_none());
            assert!(!app.services.set_up.is_good(link).await.unwrap());
        }
        assert_eq!(reset(&app, &reset_link).await.status, 200, "and was not used up by that");
        assert_eq!(verify(&app, &verify_link).await.status, 200);
    }

    async fn a_link_is_valid_for_its_address_and_password_only(app) {
        let ada = app.user("ada").await;
        let token = reset_token(&app, "ada").await;
        app.run_sql("UPDATE users SET email_normalized = 'new@example.com', email = 'new@example.com' WHERE username = 'ada'").await;
        assert_eq!(reset(&app, &token).await.error(), DEAD, "the address has changed");
        app.run_sql("UPDATE users SET email_normalized = 'ada@example.com', email = 'ada@example.com' WHERE username = 'ada'").await;
        let user = app.find(ada.id).await;
        let password = claviger::model::Password::choose(NEW, 8, &[]).unwrap();
        let actor = claviger::server::domain::Actor::Cli;
        app.services.users.set_password(user.id, password, actor, &Caller::command_line()).await.unwrap();
        assert_eq!(reset(&app, &token).await.error(), DEAD, "the password has changed");
    }

    async fn only_digests_are_in_the_database(app) {
        app.user("grace").await;
        let reset_link = reset_token(&app, "grace").await;
        let (verify_link, code) = unverified(&app).await;
        let dump = app.dump().await;
        for secret in [&reset_link, &verify_link, &code] {
            assert!(!dump.contains(secret.as_str()), "{secret} is in the database");
        }
        assert!(reset_link.len() >= 43 && verify_link.len() >= 43);
    }

    async fn a_code_confirms_as_its_link_does_and_only_one_of_them_works(app) {
        let (token, code) = unverified(&app).await;
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        assert_eq!(by_code(&app, "ada@example.com", &spaced).await.status, 200);
        assert_eq!(by_code(&app, "ada@example.com", &code).await.error(), WRONG_CODE);
        assert_eq!(verify(&app, &token).await.error(), DEAD);
    }

    async fn a_pasted_code_and_address_confirm_whatever_was_copied_with_them(app) {
        for (number, (before, after)) in [
            ("mailto:", ""), ("<", ">"), ("\u{200B}", "\u{FEFF}"), ("Ada <", ">,"), ("‹", "›"),
        ].into_iter().enumerate() {
            let email = format!("ada{number}@example.com");
            let pasted = format!("{before}{email}{after}");
            assert_eq!(register(&app, &json!({ "email": pasted, "password": PASSWORD })).await.status, 202, "{pasted}");
            let code = app.mail_to(&email).await.code();
            let dashes = format!("{}\u{2013}{}\u{200B}", &code[..4], &code[4..]);
            assert_eq!(by_code(&app, &pasted, &dashes).await.status, 200, "{pasted}");
            assert_eq!(app.log_in(&pasted, PASSWORD).await.status, 200, "{pasted}");
        }
        assert_eq!(app.count("SELECT count(*) FROM users WHERE email <> email_normalized").await, 0);
    }

    async fn a_pasted_link_token_works_whatever_was_copied_with_it(app) {
        let (token, _) = unverified(&app).await;
        let (start, end) = token.split_at(10);
        assert_eq!(verify(&app, &format!(" \"{start}\r\n {end}\u{200B}\"\n")).await.status, 200);
    }

    async fn five_wrong_codes_invalidate_the_code_but_not_its_link(app) {
        let (token, code) = unverified(&app).await;
        for _ in 0..5 {
            assert_eq!(by_code(&app, "ada@example.com", &another_code(&code)).await.error(), WRONG_CODE);
        }
        assert_eq!(by_code(&app, "ada@example.com", &code).await.error(), WRONG_CODE);
        assert_eq!(verify(&app, &token).await.status, 200, "a stranger's attempts do not keep the user from confirming");
    }

    async fn a_new_mail_has_a_code_with_its_own_attempts(app) {
        let (_, code) = unverified(&app).await;
        for _ in 0..5 {
            by_code(&app, "ada@example.com", &another_code(&code)).await;
        }
        assert_eq!(post(&app, "resend-verification", &json!({ "email": "ada@example.com" })).await.status, 202);
        let code = app.mail_to("ada@example.com").await.code();
        assert_eq!(by_code(&app, "ada@example.com", &code).await.status, 200);
    }

    async fn a_hundred_concurrent_wrong_codes_are_counted_correctly(app) {
        let (_, code) = unverified(&app).await;
        race(100, |_| {
            let (app, code) = (app.clone(), another_code(&code));
            async move { by_code(&app, "ada@example.com", &code).await }
        })
        .await;
        assert_eq!(app.count("SELECT max(code_tries) FROM one_time_secrets").await, 5);
        assert_eq!(by_code(&app, "ada@example.com", &code).await.error(), WRONG_CODE);
    }

    async fn requests_for_unknown_users_do_the_same_work_and_leave_nothing_behind(app) {
        app.user("ada").await;
        for identifier in ["nobody", "nobody@example.com", "ada"] {
            let caller = Caller::command_line();
            app.services.recovery.resend_verification(&Identifier::parse(identifier), &caller).await.unwrap();
        }
        forgot(&app, "nobody@example.com").await;
        for table in ["SELECT count(*) FROM outbox", "SELECT count(*) FROM one_time_secrets"] {
            assert_eq!(app.count(table).await, 0, "{table}");
        }
        for email in ["ada@example.com", "nobody@example.com"] {
            let before = app.count("SELECT value FROM counters WHERE name = 'wrong_codes'").await;
            by_code(&app, email, "12345678").await;
            assert_eq!(app.count("SELECT value FROM counters WHERE name = 'wrong_codes'").await, before + 1, "{email}");
        }
    }

    async fn a_refused_password_leaves_the_link_valid(app) {
        app.user("ada").await;
        let token = reset_token(&app, "ada").await;
        let answer = post(&app, "reset-password", &json!({ "token": token, "password": "short" })).await;
        assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("password")));
        assert_eq!(reset(&app, &token).await.status, 200);
    }

    async fn a_reset_confirms_the_address_and_lifts_the_locks(app) {
        unverified(&app).await;
        for _ in 0..6 {
            app.log_in("ada@example.com", "wrong").await;
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "Account locked");
        let token = reset_token(&app, "ada").await;
        assert_eq!(reset(&app, &token).await.status, 200);
        assert_eq!(app.log_in("ada@example.com", NEW).await.status, 200);
    }

    async fn the_host_named_in_a_request_never_appears_in_a_mail(app) {
        app.user("ada").await;
        for name in ["host", "x-forwarded-host", "forwarded", "origin"] {
            let value = if name == "forwarded" { "host=evil.example" } else { "evil.example" };
            let asking = app.post("/api/v1/auth/forgot-password").header(name, value);
            asking.json(&json!({ "email": "ada@example.com" })).send().await;
            let mail = app.mail_to("ada@example.com").await;
            assert!(!mail.text.contains("evil") && mail.text.contains("http://127.0.0.1:3000/reset-password?token="));
        }
    }
}

/// Like [`unverified`], for another user, who has no mail yet.
async fn another_unverified(app: &TestApp) -> (String, String) {
    app.user_with("lin", &["user"], false).await;
    assert_eq!(post(app, "resend-verification", &json!({ "email": "lin@example.com" })).await.status, 202);
    let mail = app.mail_to("lin@example.com").await;
    (mail.token(), mail.code())
}
