//! `POST /invitations`, and registering with an invitation.

use super::register::{ada, register, verify};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use serde_json::json;
use std::time::Duration;

async fn invite(app: &TestApp, bearer: &str, email: &str) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post("/api/v1/invitations").bearer(bearer).json(&json!({ "email": email })).send().await
}

on_both_databases! {
    async fn an_invitation_stays_valid_when_a_stranger_registers_its_address(app) {
        app.admin("root").await;
        let (admin, _) = app.tokens("root").await;
        let stranger = |name: &str| json!({ "email": format!("{name}@example.com"), "username": "mallory", "name": "M", "password": "the secret of a stranger" });
        for (name, is_invited_first) in [("ada", true), ("joan", false)] {
            let email = format!("{name}@example.com");
            if is_invited_first {
                assert_eq!(invite(&app, &admin, &email).await.status, 202);
            }
            assert_eq!(register(&app, &stranger(name)).await.status, 202);
            let strangers = app.mail_to(&email).await;
            if !is_invited_first {
                assert_eq!(invite(&app, &admin, &email).await.status, 202, "no one has verified it");
            }
            let mails = app.mails_to(&email).await;
            let invitation = mails.iter().find(|mail| mail.template == "invitation").unwrap().token();
            let body = json!({ "email": email, "username": name, "name": name, "password": PASSWORD, "invitation": invitation });
            let answer = register(&app, &body).await;
            assert_eq!(answer.status, 202, "{}", answer.text);
            assert_eq!(verify(&app, &strangers.token()).await.status, 400);
            assert_eq!(app.log_in(&email, "the secret of a stranger").await.status, 400);
            let profile = app.profile(app.log_in(&email, PASSWORD).await.json()["token"].as_str().unwrap()).await.json();
            assert_eq!((&profile["name"], &profile["username"]), (&json!(name), &json!(name)));
            assert_eq!(register(&app, &body).await.status, 400, "used");
        }
    }

    async fn an_invitation_creates_no_second_account_for_a_user_who_has_one_by_then(app) {
        app.admin("root").await;
        let (admin, _) = app.tokens("root").await;
        invite(&app, &admin, "ada@example.com").await;
        let token = app.mail_to("ada@example.com").await.token();
        app.user("ada").await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "invitation": token });
        assert_eq!(register(&app, &body).await.status, 400);
    }

    async fn an_administrator_can_invite_an_address_that_already_got_many_mails(app) {
        app.admin("root").await;
        let (admin, _) = app.tokens("root").await;
        for _ in 0..7 {
            assert_eq!(invite(&app, &admin, "ada@example.com").await.status, 202);
        }
        assert_eq!(app.templates_to("ada@example.com").await.len(), 7);
    }

    async fn closed_registration_refuses_the_invited_too_and_other_domains_are_refused(app) {
        app.admin("root").await;
        let (admin, _) = app.tokens("root").await;
        invite(&app, &admin, "ada@example.com").await;
        let mut invited = ada();
        invited["invitation"] = json!(app.mail_to("ada@example.com").await.token());
        let closed = app.restart(&[("accounts.registration", "closed")]).await;
        for body in [ada(), invited.clone()] {
            let answer = register(&closed, &body).await;
            assert_eq!((answer.status, answer.error().as_str()), (403, "Registration is closed"));
            assert_eq!(answer.json()["code"].as_str().unwrap(), "registration_closed");
        }
        let answer = invite(&closed, &admin, "joan@example.com").await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "Registration is closed"));
        let by_invitation = app.restart(&[("accounts.registration", "invite")]).await;
        assert_eq!(register(&by_invitation, &invited).await.status, 202, "it was not used up");
        let narrow = app.restart(&[("accounts.email_domains", "example.org")]).await;
        let answer = register(&narrow, &ada()).await;
        assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!("email")));
        assert_eq!(register(&narrow, &json!({ "email": "a@EXAMPLE.org", "password": PASSWORD })).await.status, 202);
    }

    async fn an_invitation_creates_one_confirmed_account_for_its_address(app) {
        let app = app.restart(&[("accounts.registration", "invite")]).await;
        app.admin("root").await;
        app.user("grace").await;
        let (admin, _) = app.tokens("root").await;
        let (user, _) = app.tokens("grace").await;
        assert_eq!(register(&app, &ada()).await.json()["code"], "invitation_needed");
        assert_eq!(invite(&app, &user, "ada@example.com").await.status, 403);
        assert_eq!(invite(&app, &admin, "grace@example.com").await.status, 409);
        assert_eq!(invite(&app, &admin, "ada@example.com").await.status, 202);
        let old = app.mail_to("ada@example.com").await.token();
        assert_eq!(invite(&app, &admin, "ada@example.com").await.status, 202);
        let token = app.mail_to("ada@example.com").await.token();
        let with = |email: &str, token: &str| json!({ "email": email, "password": PASSWORD, "invitation": token });
        assert_eq!(register(&app, &with("eve@example.com", &token)).await.status, 400, "for another address");
        assert_eq!(register(&app, &with("ada@example.com", &old)).await.status, 400, "an older invitation");
        assert_eq!(register(&app, &with("ADA@example.com", &token)).await.status, 202);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200, "no mail but the invitation");
        assert_eq!(register(&app, &with("ada@example.com", &token)).await.status, 400, "used");
    }
}
