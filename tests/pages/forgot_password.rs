//! Requesting a link to set a new password.

use super::{assert_leads_to, flash_of};
use crate::on_both_databases;
use claviger::model::{Flash, FormName};

const SENT: &str = "/forgot-password?sent=1";

on_both_databases! {
    async fn the_response_is_the_same_for_every_address(app) {
        app.user("ada").await;
        app.user_with("grace", &["user"], false).await;
        let mut answers = Vec::new();
        for email in ["ada@example.com", "ADA@example.com", "grace@example.com", "nobody@example.com"] {
            let browser = app.browser();
            let answer = browser.post("/fn/forgot_password", &[("email", email)]).await;
            assert_leads_to(&answer, SENT, email);
            assert_eq!(flash_of(&app, &browser).await, Flash::default(), "{email}");
            let page = browser.get(SENT).await;
            assert!(page.text.contains("If an account exists"), "{}", page.text);
            let island = browser.call("/fn/forgot_password", &[("email", email)]).await;
            answers.push((answer.text, answer.headers.len(), island.status, island.text));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert!(app.last_mail("nobody@example.com").await.is_none());
        app.last_link("ada@example.com", "/reset-password").await;
    }

    async fn an_invalid_address_is_reported_next_to_the_field_and_kept(app) {
        let browser = app.browser();
        for email in ["", "ada", "ada@"] {
            assert_leads_to(&browser.post("/fn/forgot_password", &[("email", email)]).await, "/forgot-password", email);
            let state = flash_of(&app, &browser).await.state_of(FormName::ForgotPassword);
            assert_eq!((state.errors.fields[0].field.as_str(), state.kept("email").as_deref()), ("email", Some(email)));
        }
        let page = browser.get("/forgot-password").await;
        assert!(page.text.contains("<title>Error: Reset your password · 127.0.0.1</title>"), "{}", page.text);
    }

    async fn viewing_the_page_requests_nothing(app) {
        app.user("ada").await;
        for path in ["/forgot-password", SENT, "/forgot-password?email=ada%40example.com"] {
            for method in ["GET", "HEAD"] {
                assert_eq!(app.request(method, path).send().await.status, 200, "{method} {path}");
            }
        }
        assert_eq!(app.count("SELECT count(*) FROM outbox").await, 0);
    }
}
