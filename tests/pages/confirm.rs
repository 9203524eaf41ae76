//! Confirming the password where a fresh sign-in is needed.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::FormName;

const A_WHILE: u64 = 10 * 60;
const HERE: &str = "/confirm?next=%2Faccount";

async fn confirm(browser: &Browser, password: &str, next: &str) -> TestResponse {
    browser.post("/fn/confirm", &[("password", password), ("next", next)]).await
}

async fn request_new_email(browser: &Browser) -> TestResponse {
    browser.post("/fn/change_email", &[("email", "lovelace@example.org")]).await
}

async fn error_shown(app: &TestApp, browser: &Browser) -> String {
    let errors = flash_of(app, browser).await.state_of(FormName::Confirm).errors;
    let field = errors.fields.first().map(|error| format!("{}: {}", error.field, error.message));
    errors.message.or(field).unwrap_or_default()
}

on_both_databases! {
    async fn a_sign_in_from_a_while_ago_must_confirm_the_password_first(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(A_WHILE - 1);
        assert!(!browser.get("/account").await.text.contains(HERE), "still fresh");
        app.pass(1);
        assert!(browser.get("/account").await.text.contains(HERE), "the page leads there before anything is typed");
        assert_leads_to(&request_new_email(&browser).await, HERE, "email");
        assert_leads_to(&browser.post("/fn/delete_account", &[("sure", "yes")]).await, HERE, "deletion");
        assert_eq!(app.count(crate::app::USERS).await, 1);
        let page = browser.get(HERE).await;
        assert!(page.status == 200 && page.text.contains(r#"name="next" value="/account""#), "{}", page.text);
        assert_leads_to(&confirm(&browser, PASSWORD, "/account").await, "/account", "confirmed");
        let notice = flash_of(&app, &browser).await.notice.unwrap();
        assert!(notice.starts_with("Password confirmed."), "{notice}");
        assert_leads_to(&request_new_email(&browser).await, "/account", "fresh again");
        app.pass(A_WHILE);
        assert_leads_to(&request_new_email(&browser).await, HERE, "and stale again");
    }

    async fn a_confirmation_holds_for_one_session_only(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        app.pass(A_WHILE);
        confirm(&here, PASSWORD, "").await;
        assert_leads_to(&request_new_email(&here).await, "/account", "here");
        assert_leads_to(&request_new_email(&there).await, HERE, "there");
    }

    async fn a_wrong_password_confirms_nothing_and_counts_toward_the_lockout(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(A_WHILE);
        assert_leads_to(&confirm(&browser, "", "/account").await, HERE, "nothing");
        assert_eq!(error_shown(&app, &browser).await, "password: Enter your password.");
        for _ in 0..5 {
            assert_leads_to(&confirm(&browser, "wrong horse battery", "/account").await, HERE, "wrong");
            assert_eq!(error_shown(&app, &browser).await, "password: Incorrect password.");
        }
        confirm(&browser, PASSWORD, "/account").await;
        assert!(error_shown(&app, &browser).await.starts_with("Too many failed attempts."));
        let attempt = browser.sign_in("ada@example.com", PASSWORD).await;
        assert_leads_to(&attempt, "/login", "the sign-in form of this browser is locked, too");
        assert_leads_to(&request_new_email(&browser).await, HERE, "still stale");
    }

    async fn it_redirects_to_pages_of_this_site_only(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for next in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/fn/sign_in", "/logout"] {
            assert_leads_to(&confirm(&browser, PASSWORD, next).await, "/account", next);
            assert_leads_to(&confirm(&browser, "", next).await, HERE, next);
        }
        assert_leads_to(&confirm(&browser, PASSWORD, "/dashboard?a=1").await, "/dashboard?a=1", "a page");
    }

    async fn a_signed_out_user_is_sent_to_the_sign_in_page(app) {
        let browser = app.browser();
        assert_leads_to(&browser.get(HERE).await, "/login?next=%2Fconfirm%3Fnext%3D%252Faccount", "the page");
        assert_leads_to(&confirm(&browser, PASSWORD, "/account").await, "/login?next=%2Fdashboard", "the form");
    }
}
