//! How many mails with links anyone can request.

use super::{
    recovery::{forgot, post, reset, reset_token, unverified},
    register::register,
};
use crate::{
    app::{PASSWORD, TestApp},
    on_both_databases,
};
use claviger::{model::Identifier, server::services::Caller};
use serde_json::json;

on_both_databases! {
    async fn a_mail_is_sent_again_only_to_unconfirmed_users(app) {
        app.user("grace").await;
        unverified(&app).await;
        for identifier in ["grace@example.com", "grace", "nobody", "ada@example.com"] {
            let caller = Caller::command_line();
            app.services.recovery.resend_verification(&Identifier::parse(identifier), &caller).await.unwrap();
        }
        assert_eq!(app.templates_to("grace@example.com").await.len(), 0);
        assert_eq!(app.templates_to("ada@example.com").await, ["verify_email", "verify_email"]);
    }

    async fn one_address_gets_five_requested_mails_an_hour_and_its_last_link_stays_valid(app) {
        app.user("ada").await;
        for _ in 0..5 {
            forgot(&app, "ada@example.com").await;
        }
        let token = app.mail_to("ada@example.com").await.token();
        for _ in 0..10 {
            assert_eq!(forgot(&app, "ADA@example.com").await.status, 202);
        }
        assert_eq!(app.templates_to("ada@example.com").await.len(), 5);
        assert_eq!(reset(&app, &token).await.status, 200);
        app.pass(3600);
        assert_eq!(forgot(&app, "ada@example.com").await.status, 202);
        assert_eq!(app.templates_to("ada@example.com").await.len(), 7, "with the notice of the change");
    }

    async fn the_budget_for_resets_is_never_used_up_by_requests_of_others(app) {
        app.user("ada").await;
        app.user("eve").await;
        let (eve, _) = app.tokens("eve").await;
        for number in 0..7 {
            register(&app, &json!({ "email": "ada@example.com", "password": PASSWORD })).await;
            post(&app, "resend-verification", &json!({ "email": "ada@example.com" })).await;
            let body = json!({ "email": "ada@example.com" });
            app.post("/api/v1/users/me/email").bearer(&eve).json(&body).send().await;
            // Accounts of the same mailbox, created by the stranger.
            let tagged = format!("ada+{number}@example.com");
            register(&app, &json!({ "email": tagged, "password": PASSWORD })).await;
            forgot(&app, &tagged).await;
        }
        assert_eq!(reset(&app, &reset_token(&app, "ada").await).await.status, 200);
    }

    async fn the_owners_devices_have_a_budget_that_strangers_cannot_use(app) {
        app.user("ada").await;
        app.user("eve").await;
        let (ada, eve) = (app.signed_in("ada").await, app.signed_in("eve").await);
        let sent = |app: TestApp| async move { app.templates_to("ada@example.com").await.len() };
        for _ in 0..7 {
            forgot(&app, "ada@example.com").await;
            eve.post("/fn/forgot_password", &[("email", "ada@example.com")]).await;
        }
        assert_eq!(sent(app.clone()).await, 5);
        for number in 0..7 {
            app.pass(1);
            ada.post("/fn/forgot_password", &[("email", "ada@example.com")]).await;
            assert_eq!(sent(app.clone()).await, 5 + 5.min(number + 1));
        }
        assert_eq!(reset(&app, &app.mail_to("ada@example.com").await.token()).await.status, 200);
    }

    async fn a_reset_counts_against_the_budget_only_while_its_link_works(app) {
        app.user("ada").await;
        let app = app.restart(&[("limits.mail", "2/30d")]).await;
        for _ in 0..4 {
            forgot(&app, "ada@example.com").await;
        }
        app.pass(3600);
        assert_eq!(reset(&app, &reset_token(&app, "ada").await).await.status, 200);
    }
}
