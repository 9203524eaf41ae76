//! A change of email address that waits for the new address to be verified.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::model::FormName;

const NEW: &str = "lovelace@example.org";
const RESEND: &str = "/fn/resend_email_change";
const CANCEL: &str = "/fn/cancel_email_change";

async fn request(app: &TestApp, browser: &Browser, email: &str) {
    app.pass(1);
    assert_leads_to(&browser.post("/fn/change_email", &[("email", email)]).await, "/account", email);
    browser.get("/account").await;
}

/// Returns the account page without what differs at each request.
async fn page(browser: &Browser, address: &str) -> String {
    let page = browser.get("/account").await.text;
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    main.replace(address, "<address>")
}

fn without_times(page: &str) -> Vec<&str> {
    page.split("<time").map(|part| part.split_once("</time>").map_or(part, |(_, rest)| rest)).collect()
}

async fn notice(app: &TestApp, browser: &Browser) -> String {
    flash_of(app, browser).await.notice.unwrap_or_default()
}

on_both_databases! {
    async fn the_page_says_what_is_pending_and_no_longer_asks_for_another_address(app) {
        app.user("ada").await;
        let (browser, other) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let before = browser.get("/account").await.text;
        assert!(before.contains("/fn/change_email") && !before.contains("/fn/confirm_new_email"), "{before}");
        request(&app, &browser, NEW).await;
        for browser in [&browser, &other] {
            let page = browser.get("/account").await.text;
            assert!(page.contains(NEW) && !page.contains("/fn/change_email"), "{page}");
            for action in ["/fn/confirm_new_email", RESEND, CANCEL] {
                assert!(page.contains(&format!("action=\"{action}\"")), "{action}: {page}");
            }
        }
    }

    async fn a_taken_address_looks_pending_too(app) {
        app.user("ada").await;
        app.user("grace").await;
        let browser = app.signed_in("ada").await;
        request(&app, &browser, NEW).await;
        let free = page(&browser, NEW).await;
        browser.post(CANCEL, &[]).await;
        browser.get("/account").await;
        request(&app, &browser, "grace@example.com").await;
        let taken = page(&browser, "grace@example.com").await;
        assert_eq!(without_times(&free), without_times(&taken));
        let mail = app.mail_to("grace@example.com").await;
        assert!(!mail.text.contains("/verify-email"), "its owner gets no link: {}", mail.text);
    }

    async fn the_email_is_sent_again_to_the_pending_address(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        request(&app, &browser, NEW).await;
        let older = app.mail_to(NEW).await.token();
        app.pass(1);
        assert_leads_to(&browser.post(RESEND, &[]).await, "/account", "sent again");
        assert_eq!(app.templates_to(NEW).await.len(), 2);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'email.change_requested'").await, 2);
        let newer = app.mail_to(NEW).await.token();
        for (token, to) in [(older, "/verify-email"), (newer, "/dashboard")] {
            let answer = browser.post("/fn/verify_email", &[("token", &token)]).await;
            assert!(answer.header("location").starts_with(to), "{}", answer.header("location"));
        }
        assert!(browser.get("/account").await.text.contains(NEW));
    }

    async fn sending_again_needs_a_fresh_sign_in_and_cancelling_does_not(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        request(&app, &browser, NEW).await;
        app.pass(10 * 60);
        assert_leads_to(&browser.post(RESEND, &[]).await, "/confirm?next=%2Faccount", "not fresh");
        assert_eq!(app.templates_to(NEW).await.len(), 1);
        assert_leads_to(&browser.post(CANCEL, &[]).await, "/account", "cancelled");
        assert_eq!(notice(&app, &browser).await, "Email change cancelled.");
    }

    async fn a_cancelled_change_is_gone_with_its_link_and_code(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        request(&app, &browser, NEW).await;
        let mail = app.mail_to(NEW).await;
        assert_leads_to(&browser.post(CANCEL, &[]).await, "/account", "cancelled");
        assert_eq!(notice(&app, &browser).await, "Email change cancelled.");
        assert!(!browser.get("/account").await.text.contains(NEW));
        browser.post("/fn/confirm_new_email", &[("code", &mail.code())]).await;
        let errors = flash_of(&app, &browser).await.state_of(FormName::EmailCode).errors;
        assert_eq!(errors.fields[0].field, "code");
        assert!(browser.get("/account").await.text.contains(&errors.fields[0].message), "said where its form was");
        browser.post("/fn/verify_email", &[("token", &mail.token())]).await;
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["email"], "ada@example.com");
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'email.change_cancelled'").await, 1);
        for path in [RESEND, CANCEL] {
            assert_leads_to(&browser.post(path, &[]).await, "/account", path);
            assert_eq!(notice(&app, &browser).await, "There is no email change to cancel.", "{path}");
        }
        assert_eq!(app.templates_to(NEW).await.len(), 1);
    }

    async fn what_has_expired_is_no_longer_pending(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        request(&app, &browser, NEW).await;
        app.pass(24 * 3600 - 1);
        assert!(browser.get("/account").await.text.contains(NEW));
        app.pass(1);
        assert!(!browser.get("/account").await.text.contains(NEW));
    }
}
