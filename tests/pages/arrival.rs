//! Being signed in once an account is created and its address verified.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse, token_of},
    on_both_databases,
};
use claviger::model::FormName;

const SENT: &str = "/verify-email?sent=1";
const EMAIL: &str = "grace@example.com";
const OTHER: &str = "another password altogether";
const SIGNED_IN: &str = "SELECT count(*) FROM audit WHERE action = 'sign_in.succeeded'";
const STATES: &str = "SELECT count(*) FROM browser_states";

async fn register(browser: &Browser, email: &str, password: &str) -> TestResponse {
    let answer = browser.post("/fn/register", &[("email", email), ("name", "Grace"), ("password", password)]).await;
    assert_leads_to(&answer, SENT, "registered");
    browser.get(SENT).await;
    answer
}

async fn verify(app: &TestApp, browser: &Browser) -> TestResponse {
    follow(browser, &app.last_link(EMAIL, "/verify-email").await).await
}

async fn follow(browser: &Browser, link: &str) -> TestResponse {
    browser.post("/fn/verify_email", &[("token", &token_of(link))]).await
}

/// Asserts that the response leads to the sign-in page, where only the password is left to type.
async fn assert_must_sign_in(app: &TestApp, browser: &Browser, answer: &TestResponse) {
    assert_leads_to(answer, "/login", "must sign in");
    assert_eq!(browser.cookie("claviger-access"), None);
    let filled_in = flash_of(app, browser).await.state_of(FormName::SignIn).kept("identifier");
    assert_eq!(filled_in.as_deref(), Some(EMAIL));
    let page = browser.get("/login").await.text;
    let field = |id: &str| {
        let mut inputs = page.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        inputs.find(|input| input.contains(id)).unwrap()
    };
    assert!(field("field-identifier").contains("value=\"grace@example.com\""), "{page}");
    assert!(
        field("field-password").contains("autofocus") && !field("field-identifier").contains("autofocus"),
        "{page}"
    );
}

on_both_databases! {
    async fn the_browser_that_registered_is_signed_in_by_the_link(app) {
        let browser = app.browser();
        register(&browser, EMAIL, PASSWORD).await;
        let answer = verify(&app, &browser).await;
        assert_leads_to(&answer, "/dashboard", "verified");
        for cookie in ["claviger-access", "claviger-refresh", "claviger-device"] {
            assert!(browser.cookie(cookie).is_some(), "{cookie}");
        }
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!((app.count(SIGNED_IN).await, app.count(STATES).await), (1, 0));
    }

    async fn the_browser_that_registered_is_signed_in_by_the_code(app) {
        let browser = app.browser();
        register(&browser, EMAIL, PASSWORD).await;
        let code = app.last_code(EMAIL).await;
        let answer = browser.call("/fn/verify_email", &[("email", EMAIL), ("code", &code)]).await;
        assert_eq!(answer.json()["Done"]["to"], "/dashboard", "{}", answer.text);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!(browser.cookie("claviger-flow"), None, "nothing is left of the registration");
    }

    async fn another_browser_signs_in_with_the_address_filled_in(app) {
        register(&app.browser(), EMAIL, PASSWORD).await;
        let browser = app.browser();
        let answer = verify(&app, &browser).await;
        assert_must_sign_in(&app, &browser, &answer).await;
        assert_eq!(app.count(SIGNED_IN).await, 0);
    }

    async fn someone_elses_link_signs_no_one_in(app) {
        register(&app.browser(), EMAIL, PASSWORD).await;
        let victim = app.browser();
        register(&victim, "joan@example.com", OTHER).await;
        let answer = verify(&app, &victim).await;
        assert_must_sign_in(&app, &victim, &answer).await;
        let answer = follow(&victim, &app.last_link("joan@example.com", "/verify-email").await).await;
        assert_leads_to(&answer, "/dashboard", "and the own link still does");
    }

    async fn a_password_that_was_voided_signs_no_one_in(app) {
        let (first, second) = (app.browser(), app.browser());
        register(&first, EMAIL, PASSWORD).await;
        register(&second, EMAIL, OTHER).await;
        let reset = app.last_link(EMAIL, "/reset-password").await;
        let fields = [("token", &*token_of(&reset)), ("password", "a third one, by the owner")];
        let answer = second.post("/fn/reset_password", &fields).await;
        assert_must_sign_in(&app, &second, &answer).await;
        // Even if the address had to be verified again.
        for browser in [first, second] {
            app.run_sql("UPDATE users SET email_verified_at = NULL WHERE email = 'grace@example.com'").await;
            app.pass(1);
            browser.post("/fn/resend_verification", &[("identifier", EMAIL)]).await;
            let answer = verify(&app, &browser).await;
            assert_must_sign_in(&app, &browser, &answer).await;
        }
        assert_eq!(app.count(SIGNED_IN).await, 0);
    }

    async fn a_locked_name_is_not_signed_in(app) {
        let browser = app.browser();
        register(&browser, EMAIL, PASSWORD).await;
        let link = app.last_link(EMAIL, "/verify-email").await;
        for _ in 0..5 {
            app.log_in(EMAIL, "wrong").await;
        }
        let answer = follow(&browser, &link).await;
        assert_must_sign_in(&app, &browser, &answer).await;
        assert_eq!(app.log_in(EMAIL, PASSWORD).await.error(), "Account locked");
    }

    async fn a_registration_is_remembered_for_fifteen_minutes(app) {
        let browser = app.browser();
        register(&browser, EMAIL, PASSWORD).await;
        app.pass(15 * 60);
        let answer = verify(&app, &browser).await;
        assert_must_sign_in(&app, &browser, &answer).await;
    }

    async fn a_planted_state_is_not_the_one_that_remembers(app) {
        let (attacker, victim) = (app.browser(), app.browser());
        attacker.sign_in("nobody", "wrong").await;
        let planted = attacker.cookie("claviger-flow").unwrap();
        victim.set_cookie("claviger-flow", &planted);
        register(&victim, EMAIL, PASSWORD).await;
        assert_ne!(victim.cookie("claviger-flow"), Some(planted));
        let answer = verify(&app, &attacker).await;
        assert_must_sign_in(&app, &attacker, &answer).await;
    }

    async fn a_taken_address_leaves_the_same_cookie_and_row(app) {
        app.user("ada").await;
        app.user_with("joan", &["user"], false).await;
        let mut seen = Vec::new();
        for (email, password) in [(EMAIL, PASSWORD), ("ada@example.com", OTHER), ("joan@example.com", OTHER)] {
            let (browser, before) = (app.browser(), app.count(STATES).await);
            let cookies = register(&browser, email, password).await.set_cookies();
            let attributes: Vec<String> =
                cookies.iter().map(|cookie| cookie.split_once(';').unwrap().1.to_owned()).collect();
            let id = browser.cookie("claviger-flow").unwrap();
            let kept = app.db.find_browser_state(&id, app.clock.now()).await.unwrap().unwrap();
            seen.push((attributes, app.count(STATES).await - before, kept.len()));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
    }
}
