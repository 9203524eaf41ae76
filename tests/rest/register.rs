//! `POST /auth/register`.

use super::fingerprint;
use crate::{
    app::{PASSWORD, TestApp, TestResponse, USERS},
    on_both_databases,
    races::race,
};
use serde_json::{Value, json};
use std::time::Duration;

pub async fn register(app: &TestApp, body: &Value) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post("/api/v1/auth/register").json(body).send().await
}

pub fn ada() -> Value {
    json!({ "email": "ada@example.com", "password": PASSWORD })
}

pub async fn verify(app: &TestApp, token: &str) -> TestResponse {
    app.post("/api/v1/auth/verify-email").json(&json!({ "token": token })).send().await
}

on_both_databases! {
    async fn a_new_user_confirms_the_address_and_signs_in(app) {
        let body = json!({ "email": "Ada@Example.com", "username": "Ada", "name": "Ada L.", "password": PASSWORD });
        let answer = register(&app, &body).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert!(answer.json()["message"].is_string() && answer.set_cookies().is_empty());
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "User not verified");
        assert_eq!(app.log_in("ada@example.com", "wrong").await.error(), "Invalid email or password");
        let mail = app.mail_to("Ada@Example.com").await;
        assert_eq!(verify(&app, &mail.token()).await.status, 200);
        let answer = app.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(answer.status, 200);
        let profile = app.profile(answer.json()["token"].as_str().unwrap()).await.json();
        assert_eq!((&profile["name"], &profile["roles"]), (&json!("Ada L."), &json!(["user"])));
    }

    async fn a_taken_address_gets_the_same_response_and_its_owner_is_notified(app) {
        app.user("ada").await;
        let fresh = register(&app, &json!({ "email": "new@example.com", "password": PASSWORD })).await;
        let taken = register(&app, &json!({ "email": "ADA@example.com", "password": PASSWORD })).await;
        assert_eq!(fingerprint(&fresh), fingerprint(&taken));
        assert_eq!(app.count(USERS).await, 2);
        assert_eq!(app.templates_to("ada@example.com").await, ["already_registered"]);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200, "nothing was changed");
    }

    async fn the_owner_never_confirms_the_password_of_a_stranger_who_registered_first(app) {
        let body = |password: &str| json!({ "email": "ada@example.com", "password": password });
        register(&app, &body("the secret of a stranger")).await;
        let strangers = app.mail_to("ada@example.com").await;
        register(&app, &body("the secret of the owner")).await;
        assert_eq!(verify(&app, &strangers.token()).await.status, 400, "the first mail's link is dead");
        let again = json!({ "email": "ada@example.com" });
        for _ in 0..2 {
            let mail = app.mail_to("ada@example.com").await;
            assert_eq!(mail.template, "finish_registration", "however it is requested");
            app.clock.advance(Duration::from_millis(1));
            app.post("/api/v1/auth/resend-verification").json(&again).send().await;
        }
        assert_eq!(app.log_in("ada@example.com", "the secret of a stranger").await.status, 400);
        let chosen = json!({ "token": app.mail_to("ada@example.com").await.token(), "password": "the secret of the owner" });
        let answer = app.post("/api/v1/auth/reset-password").json(&chosen).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(app.log_in("ada@example.com", "the secret of a stranger").await.status, 400);
        assert_eq!(app.log_in("ada@example.com", "the secret of the owner").await.status, 200, "and is confirmed");
    }

    async fn registering_again_with_the_same_data_sends_another_mail_and_changes_nothing_else(app) {
        let body = json!({ "email": "ada@example.com", "username": "ada", "name": "Ada L.", "password": PASSWORD });
        let first = register(&app, &body).await;
        let link = app.mail_to("ada@example.com").await;
        for number in 0..6 {
            let spelled = if number % 2 == 0 { "ADA" } else { "ada" };
            let mut again = body.clone();
            again["username"] = json!(spelled);
            assert_eq!(fingerprint(&register(&app, &again).await), fingerprint(&first), "{number}");
        }
        assert_eq!(app.templates_to("ada@example.com").await, ["verify_email"; 5]);
        let newest = app.mail_to("ada@example.com").await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "User not verified", "not void");
        assert_eq!(verify(&app, &link.token()).await.status, 200, "the first link works");
        assert_eq!(verify(&app, &newest.token()).await.status, 400, "and the others are done");
        let by_code = json!({ "email": "ada@example.com", "code": newest.code() });
        assert_eq!(app.post("/api/v1/auth/verify-email").json(&by_code).send().await.status, 400);
        let answer = app.log_in("ada@example.com", PASSWORD).await;
        let profile = app.profile(answer.json()["token"].as_str().unwrap()).await.json();
        assert_eq!((&profile["name"], &profile["username"]), (&json!("Ada L."), &json!("ada")));
    }

    async fn any_code_of_several_mails_confirms_and_five_wrong_ones_invalidate_them_all(app) {
        let mut codes = Vec::new();
        for _ in 0..3 {
            register(&app, &ada()).await;
            codes.push(app.mail_to("ada@example.com").await.code());
        }
        let try_code = |code: String| {
            let app = app.clone();
            let body = json!({ "email": "ada@example.com", "code": code });
            async move { app.post("/api/v1/auth/verify-email").json(&body).send().await.status }
        };
        let wrong = (0..9).map(|number| format!("{number:08}")).find(|code| !codes.contains(code)).unwrap();
        for _ in 0..4 {
            assert_eq!(try_code(wrong.clone()).await, 400);
        }
        assert_eq!(try_code(codes[0].clone()).await, 200, "the oldest mail's");
        register(&app, &json!({ "email": "joan@example.com", "password": PASSWORD })).await;
        let code = app.mail_to("joan@example.com").await.code();
        for _ in 0..5 {
            let body = json!({ "email": "joan@example.com", "code": wrong });
            app.post("/api/v1/auth/verify-email").json(&body).send().await;
        }
        let body = json!({ "email": "joan@example.com", "code": code });
        assert_eq!(app.post("/api/v1/auth/verify-email").json(&body).send().await.status, 400);
    }

    async fn concurrent_equal_registrations_create_one_account_whose_password_works(app) {
        let body = json!({ "email": "ada@example.com", "username": "ada", "password": PASSWORD });
        let answers = race(4, |_| {
            let (app, body) = (app.clone(), body.clone());
            async move { register(&app, &body).await.status }
        })
        .await;
        assert_eq!(answers, [202; 4]);
        assert_eq!(verify(&app, &app.mail_to("ada@example.com").await.token()).await.status, 200);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn the_owners_names_replace_those_of_a_stranger_who_registered_first(app) {
        let body = |name: &str| {
            json!({ "email": "ada@example.com", "username": name, "name": format!("{name} L."), "password": format!("the secret of {name}") })
        };
        register(&app, &body("mallory")).await;
        assert_eq!(register(&app, &body("ada")).await.status, 202);
        let chosen = json!({ "token": app.mail_to("ada@example.com").await.token(), "password": "the secret of ada" });
        assert_eq!(app.post("/api/v1/auth/reset-password").json(&chosen).send().await.status, 200);
        let answer = app.log_in("ada@example.com", "the secret of ada").await;
        let profile = app.profile(answer.json()["token"].as_str().unwrap()).await.json();
        assert_eq!((&profile["name"], &profile["username"]), (&json!("ada L."), &json!("ada")));
        let free = json!({ "email": "eve@example.com", "username": "mallory", "password": PASSWORD });
        assert_eq!(register(&app, &free).await.status, 202, "the stranger's username is free again");
    }

    async fn a_username_taken_in_the_meantime_is_left_out(app) {
        register(&app, &json!({ "email": "ada@example.com", "password": "the secret of a stranger" })).await;
        register(&app, &json!({ "email": "ada@example.com", "username": "ada", "password": "the secret of ada" })).await;
        register(&app, &json!({ "email": "joan@example.com", "username": "ada", "password": PASSWORD })).await;
        let chosen = json!({ "token": app.mail_to("ada@example.com").await.token(), "password": "the secret of ada" });
        assert_eq!(app.post("/api/v1/auth/reset-password").json(&chosen).send().await.status, 200);
        let answer = app.log_in("ada@example.com", "the secret of ada").await;
        let profile = app.profile(answer.json()["token"].as_str().unwrap()).await.json();
        assert_eq!(profile["username"], Value::Null);
    }

    async fn only_administrators_can_assign_a_reserved_username(app) {
        for username in ["admin", "Root", "sup-port", "postmaster", "claviger"] {
            let answer = register(&app, &json!({ "email": "new@example.com", "username": username, "password": PASSWORD })).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("username")), "{username}");
        }
        assert_eq!(app.count(USERS).await, 0);
        app.admin("admin").await;
        let app = app.restart(&[("accounts.reserved_usernames", "boss")]).await;
        let body = |username: &str| json!({ "email": "new@example.com", "username": username, "password": PASSWORD });
        assert_eq!(register(&app, &body("boss")).await.status, 400);
        assert_eq!(register(&app, &body("root")).await.status, 202);
    }

    async fn usernames_that_are_ids_and_invisible_names_are_refused(app) {
        let id = app.user("ada").await.id.to_string();
        for username in [id.clone(), id.to_lowercase(), "\u{200B}\u{3164}".to_owned()] {
            let body = json!({ "email": "new@example.com", "username": username, "password": PASSWORD });
            let answer = register(&app, &body).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("username")), "{username:?}");
        }
        for name in ["\u{3164}", "\u{200B}\u{2060}", "\u{301}", "\u{202E}\u{202C}", "\u{2800}"] {
            let body = json!({ "email": "new@example.com", "name": name, "password": PASSWORD });
            let answer = register(&app, &body).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("name")), "{name:?}");
        }
        for email in ["a@exa%mple.com", "a@exam/ple.com", "a@-example.com", "a@exa_mple.com"] {
            let answer = register(&app, &json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("email")), "{email}");
        }
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn names_accepted_under_older_rules_still_sign_in(app) {
        let id = app.user("ada").await.id.to_string();
        app.run_sql(
            "UPDATE users SET username = id, username_normalized = lower(id), name = '\u{3164}',
                              email = 'ada@exa_mple.com', email_normalized = 'ada@exa_mple.com'
             WHERE username = 'ada'",
        ).await;
        for username in [id.clone(), id.to_lowercase()] {
            let answer = app.post("/api/auth/login").json(&json!({ "username": username, "password": PASSWORD })).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.json()["user"]["email"], "ada@exa_mple.com");
        }
    }

    async fn a_taken_username_is_a_conflict_whatever_the_address(app) {
        app.user("ada").await;
        for email in ["new@example.com", "ada@example.com"] {
            let answer = register(&app, &json!({ "email": email, "username": "ADA", "password": PASSWORD })).await;
            assert_eq!((answer.status, answer.error().as_str()), (409, "This username is taken"));
            assert_eq!(answer.json()["details"][0]["field"], "username");
        }
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn all_bad_fields_are_named_at_once_and_roles_cannot_be_requested(app) {
        let answer = register(&app, &json!({ "email": "ada", "username": "a b", "password": "short" })).await;
        let fields: Vec<Value> = answer.json()["details"].as_array().unwrap().iter().map(|d| d["field"].clone()).collect();
        assert_eq!((answer.status, fields), (400, vec![json!("email"), json!("username"), json!("password")]));
        for (field, value) in [("roles", json!(["admin"])), ("emailVerified", json!(true)), ("id", json!("x"))] {
            let mut body = ada();
            body[field] = value;
            assert_eq!(register(&app, &body).await.status, 400, "{field}");
        }
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn fifty_concurrent_registrations_of_one_name_create_one_account(app) {
        let answers = race(50, |number| {
            let app = app.clone();
            async move {
                let (email, username) = (format!("ada{number}@example.com"), "ada");
                register(&app, &json!({ "email": email, "username": username, "password": PASSWORD })).await.status
            }
        })
        .await;
        assert_eq!(answers.iter().filter(|status| **status == 202).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [202, 409, 503].contains(status)), "{answers:?}");
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn twenty_concurrent_registrations_of_one_address_create_one_account(app) {
        let answers = race(20, |number| {
            let app = app.clone();
            async move {
                let email = if number % 2 == 0 { "ada@example.com" } else { "Ada@EXAMPLE.com" };
                register(&app, &json!({ "email": email, "password": PASSWORD })).await.status
            }
        })
        .await;
        assert!(answers.iter().all(|status| *status == 202), "{answers:?}");
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn passwords_are_used_in_full_and_may_contain_any_character(app) {
        let long = format!("{}X", "a".repeat(72));
        let odd = " \u{202E}\u{7}ot her🔑\u{1} ";
        for (number, password) in [&long, &"é".repeat(15), &"qzjxkvbwpmfghty".to_owned(), &"a".repeat(128), &odd.to_owned()].into_iter().enumerate() {
            let email = format!("user{number}@example.com");
            assert_eq!(register(&app, &json!({ "email": email, "password": password })).await.status, 202, "{number}");
            assert_eq!(app.log_in(&email, password).await.error(), "User not verified", "{number}");
        }
        for wrong in [format!("{}Y", "a".repeat(72)), long.to_lowercase(), format!("{long} "), long[..72].to_owned()] {
            assert_eq!(app.log_in("user0@example.com", &wrong).await.status, 400);
        }
        assert_eq!(app.log_in("user1@example.com", &"e\u{301}".repeat(15)).await.error(), "User not verified");
    }
}
