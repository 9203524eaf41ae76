//! `POST /auth/login`: who can sign in, and what everyone else gets.

use super::{WRONG, assert_matches_snapshot, fingerprint, log_in};
use crate::{
    app::{BEGIN, PASSWORD, claims_of},
    on_both_databases,
};
use claviger::{model::Timestamp, server::domain::UserChange};
use serde_json::json;

fn ban(until: Option<Timestamp>) -> UserChange {
    UserChange::Ban { until, reason: None }
}

on_both_databases! {
    async fn a_stored_hash_that_cannot_be_checked_counts_as_a_wrong_password(app) {
        app.user("ada").await;
        app.user("grace").await;
        for damage in [
            "UPDATE passwords SET hash = replace(hash, 'm=8', 'm=4294967295')",
            "UPDATE passwords SET hash = replace(hash, 't=1', 't=4294967295')",
            "UPDATE passwords SET hash = '$2b$31$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.'",
            "UPDATE passwords SET hash = '$scrypt$ln=40,r=8,p=1$ijFGyBmjFMI4JwRA6J2TMg$RjBJY7G4QAR7O+JTKhOxCwsYcb0wl0QZo/RgrXiF/rE'",
            "UPDATE passwords SET hash = '$pbkdf2-sha256$i=4294967295$ijFGyBmjFMI4JwRA6J2TMg$RjBJY7G4QAR7O+JTKhOxCwsYcb0wl0QZo/RgrXiF/rE'",
            "UPDATE passwords SET hash = 'hunter2'",
        ] {
            app.run_sql(damage).await;
            app.pass(24 * 3600);
            for email in ["ada@example.com", "grace@example.com"] {
                let answer = app.log_in(email, PASSWORD).await;
                assert_eq!((answer.status, answer.error().as_str()), (400, "Invalid email or password"), "{damage}");
            }
        }
        app.user("linus").await;
        assert_eq!(app.log_in("linus@example.com", PASSWORD).await.status, 200);
    }

    async fn email_and_password_are_both_required(app) {
        app.user("ada").await;
        let bodies = [
            json!({}),
            json!({ "email": "ada@example.com" }),
            json!({ "password": PASSWORD }),
            json!({ "email": "", "password": PASSWORD }),
            json!({ "email": " ", "password": PASSWORD }),
            json!({ "email": null, "password": PASSWORD }),
            json!({ "email": "ada@example.com", "password": "" }),
            json!({ "email": "ada@example.com", "password": null }),
            json!({ "email": null, "password": null }),
            json!({ "username": "", "password": PASSWORD }),
            json!({ "identifier": "", "password": PASSWORD }),
            json!({ "username": "ada" }),
            json!({ "email": "nonsense" }),
        ];
        for body in bodies {
            let answer = log_in(&app, &body).await;
            assert_eq!((answer.status, answer.error().as_str()), (400, "Email and password required"), "{body}");
        }
    }

    async fn an_invalid_email_address_is_reported_whether_or_not_a_user_has_it(app) {
        app.user("ada").await;
        for email in
            ["ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", "ada@example.com\r\nBcc: b@c.de", "\0"]
        {
            let answer = log_in(&app, &json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!((answer.status, answer.error().as_str()), (400, "Invalid email format"), "{email:?}");
        }
    }

    /// The error is for an invalid email address without a username: with one, there is a user to look up.
    async fn a_username_next_to_an_invalid_email_address_identifies_the_user(app) {
        app.user("ada").await;
        let body = json!({ "email": "nonsense", "username": "ada", "password": PASSWORD });
        assert_eq!(log_in(&app, &body).await.status, 200);
    }

    async fn username_and_identifier_replace_the_email_address(app) {
        let ada = app.user("ada").await;
        for (field, value) in [
            ("email", "ada@example.com"),
            ("email", " Ada@EXAMPLE.com "),
            ("username", "ada"),
            ("username", "ADA"),
            ("identifier", "ada"),
            ("identifier", "ADA@example.com"),
        ] {
            let answer = log_in(&app, &json!({ field: value, "password": PASSWORD })).await;
            assert_eq!(answer.status, 200, "{field} {value}");
            assert_eq!(answer.json()["user"]["id"], ada.id.to_string());
        }
    }

    async fn an_unknown_user_and_a_wrong_password_get_the_same_response_byte_for_byte(app) {
        app.user("ada").await;
        app.user_with("unconfirmed", &["user"], false).await;
        let banned = app.user("banned").await;
        app.change(banned.id, ban(None)).await;
        let expected = fingerprint(&app.log_in("ada@example.com", WRONG).await);
        assert!(expected.starts_with("400") && expected.contains("Invalid email or password"), "{expected}");
        for name in ["nobody", "unconfirmed", "banned"] {
            let answer = app.log_in(&format!("{name}@example.com"), WRONG).await;
            assert_eq!(fingerprint(&answer), expected, "{name}");
        }
        for who in ["nobody", "ada", "", "\0", "ada\0", "' OR 1=1 --", &"a".repeat(10_000)] {
            if !who.is_empty() {
                let answer = log_in(&app, &json!({ "username": who, "password": WRONG })).await;
                assert_eq!(fingerprint(&answer), expected, "{who:.20}");
            }
        }
        let endless = "x".repeat(1025);
        assert_eq!(fingerprint(&app.log_in("ada@example.com", &endless).await), expected, "longer than any password");
    }

    async fn passwords_are_compared_in_full_and_exactly(app) {
        app.user("ada").await;
        for wrong in [PASSWORD.to_uppercase(), format!("{PASSWORD} "), format!(" {PASSWORD}"), PASSWORD[..8].to_owned()]
        {
            assert_eq!(app.log_in("ada@example.com", &wrong).await.status, 400, "{wrong:?}");
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn an_unconfirmed_address_is_reported_only_after_the_right_password(app) {
        app.user_with("ada", &["user"], false).await;
        assert_eq!(app.log_in("ada@example.com", WRONG).await.error(), "Invalid email or password");
        let answer = app.log_in("ada@example.com", PASSWORD).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "User not verified"));
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 0);
    }

    async fn a_ban_is_reported_only_after_the_right_password(app) {
        let ada = app.user("ada").await;
        app.change(ada.id, ban(None)).await;
        assert_eq!(app.log_in("ada@example.com", WRONG).await.error(), "Invalid email or password");
        let answer = app.log_in("ada@example.com", PASSWORD).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "User banned"));
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 0);
    }

    async fn a_temporary_ban_ends_on_time(app) {
        let ada = app.user("ada").await;
        app.change(ada.id, ban(Some(Timestamp(BEGIN.0 + 60_000)))).await;
        app.pass(59);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "User banned");
        app.pass(1);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
        app.change(ada.id, ban(Some(Timestamp(BEGIN.0 - 1)))).await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200, "a ban until a time that is past");
        app.change(ada.id, UserChange::Unban).await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn every_response_matches_the_contract(app) {
        app.user("ada").await;
        app.user_with("unconfirmed", &["user"], false).await;
        let banned = app.user("banned").await;
        app.change(banned.id, ban(None)).await;
        let mut answers = Vec::new();
        for (heading, email, password) in [
            ("right", "ada@example.com", PASSWORD),
            ("no password", "ada@example.com", ""),
            ("no email address", "ada", PASSWORD),
            ("unknown", "nobody@example.com", PASSWORD),
            ("wrong password", "ada@example.com", WRONG),
            ("not confirmed", "unconfirmed@example.com", PASSWORD),
            ("banned", "banned@example.com", PASSWORD),
        ] {
            answers.push((heading.to_owned(), app.log_in(email, password).await));
        }
        for _ in 0..4 {
            app.log_in("ada@example.com", WRONG).await;
        }
        app.pass(1);
        answers.push(("locked".to_owned(), app.log_in("ada@example.com", PASSWORD).await));
        assert_matches_snapshot("sign_in", &answers);
    }

    async fn the_token_lives_as_long_as_the_response_says_and_belongs_to_an_api_session(app) {
        let ada = app.user("ada").await;
        let answer = app.log_in("ada@example.com", PASSWORD).await.json();
        let claims = claims_of(answer["token"].as_str().unwrap());
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
        assert_eq!(claims["sub"], ada.id.to_string());
        assert_eq!(claims["iss"], "http://127.0.0.1:3000");
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE kind = 'api'").await, 1);
    }

    async fn both_routes_respond_the_same(app) {
        app.user("ada").await;
        for body in [
            json!({ "email": "ada@example.com", "password": PASSWORD }),
            json!({ "email": "ada@example.com", "password": WRONG }),
            json!({ "email": "ada@example.com" }),
            json!({ "email": "ada", "password": PASSWORD }),
            json!({ "unknown": 1 }),
        ] {
            let old = app.post("/api/auth/login").json(&body).send().await;
            let new = app.post("/api/v1/auth/login").json(&body).send().await;
            assert_eq!(old.snapshot(), new.snapshot());
        }
        assert_eq!(
            app.get("/api/auth/login").send().await.snapshot(),
            app.get("/api/v1/auth/login").send().await.snapshot()
        );
    }

    /// Not even if the same request carries cookies that a page would refresh or clear.
    async fn signing_in_by_rest_sets_no_cookie(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(15 * 60);
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        for cookies in
            [String::new(), browser.header(), "claviger-refresh=x".to_owned(), "claviger-access=x".to_owned()]
        {
            for asking in [app.post("/api/auth/login"), app.post("/api/auth/login").same_origin()] {
                let answer = asking.cookies(&cookies).json(&body).send().await;
                assert_eq!(answer.set_cookies(), Vec::<String>::new(), "{cookies}");
            }
        }
        assert_eq!(app.count("SELECT max(generation) FROM sessions").await, 0, "nothing was refreshed");
    }

    async fn there_are_no_default_accounts(app) {
        for (name, password) in [("admin", "admin"), ("admin", "password"), ("root", "root"), ("claviger", "claviger")]
        {
            let answer = log_in(&app, &json!({ "username": name, "password": password })).await;
            assert_eq!(answer.error(), "Invalid email or password");
        }
    }
}
