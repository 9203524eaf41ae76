//! Confirming an email address: by link, by code, and requesting the mail again.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, token_of},
    on_both_databases,
};
use claviger::model::{FormErrors, FormName};

const SENT: &str = "/verify-email?sent=1";
const DEAD: &str = "<h1>This link has expired or was already used</h1>";
const VERIFIED: &str = "SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL";
const MAILS: &str = "SELECT count(*) FROM outbox";

/// Registers Grace and returns her browser.
async fn register_grace(app: &TestApp) -> Browser {
    let browser = app.browser();
    let fields = [("email", "grace@example.com"), ("name", "Grace"), ("username", "grace"), ("password", PASSWORD)];
    assert_leads_to(&browser.post("/fn/register", &fields).await, SENT, "registered");
    browser.get(SENT).await;
    browser
}

async fn errors(app: &TestApp, browser: &Browser, form: FormName) -> FormErrors {
    flash_of(app, browser).await.state_of(form).errors
}

on_both_databases! {
    async fn a_link_shows_the_address_and_its_button_confirms_it(app) {
        let browser = register_grace(&app).await;
        let link = app.last_link("grace@example.com", "/verify-email").await;
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert!(page.text.contains("grace@example.com") && page.text.contains("Verify email"), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        assert_eq!(app.count(VERIFIED).await, 0, "looking changes nothing");
        let answer = browser.post("/fn/verify_email", &[("token", &token_of(&link))]).await;
        assert_leads_to(&answer, "/dashboard", "confirmed");
        assert!(browser.get("/dashboard").await.text.contains("Email address verified."));
        browser.sign_out().await;
        assert_leads_to(&browser.sign_in("grace", PASSWORD).await, "/dashboard", "signed in");

        assert!(app.get(&link).send().await.text.contains(DEAD), "it works once");
        let answer = browser.post("/fn/verify_email", &[("token", &token_of(&link))]).await;
        assert_leads_to(&answer, &link, "the second time");
        assert!(!format!("{:?}", flash_of(&app, &browser).await).contains(&token_of(&link)), "a token is not kept");
    }

    async fn a_signed_in_user_stays_signed_in(app) {
        register_grace(&app).await;
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let link = app.last_link("grace@example.com", "/verify-email").await;
        assert_leads_to(&browser.post("/fn/verify_email", &[("token", &token_of(&link))]).await, "/dashboard", "Ada");
        assert!(browser.get("/dashboard").await.text.contains("Email address verified."));
    }

    async fn a_code_confirms_too(app) {
        let browser = register_grace(&app).await;
        let code = app.last_code("grace@example.com").await;
        let spaced = format!(" {} {} ", &code[..4], &code[4..]);
        let answer = browser.post("/fn/verify_email", &[("email", "grace@example.com"), ("code", &spaced)]).await;
        assert_leads_to(&answer, "/dashboard", "confirmed");
        assert_eq!(app.count(VERIFIED).await, 1);
    }

    async fn a_wrong_code_is_reported_next_to_its_field_and_the_address_is_kept(app) {
        let browser = register_grace(&app).await;
        let code = app.last_code("grace@example.com").await;
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        for email in ["grace@example.com", "nobody@example.com"] {
            let answer = browser.post("/fn/verify_email", &[("email", email), ("code", wrong)]).await;
            assert_leads_to(&answer, "/verify-email", email);
            let state = flash_of(&app, &browser).await.state_of(FormName::VerifyEmail);
            assert_eq!((state.errors.fields[0].field.as_str(), &state.errors.message), ("code", &None), "{email}");
            assert_eq!((state.kept("email").as_deref(), state.kept("code")), (Some(email), None));
        }
        let page = browser.get("/verify-email").await;
        assert!(page.text.contains("This code is wrong"), "{}", page.text);
        assert_eq!(app.count(VERIFIED).await, 0);
    }

    async fn empty_fields_are_reported(app) {
        let browser = app.browser();
        for (email, code, fields) in
            [("", "", &["email", "code"][..]), ("nonsense", "12345678", &["email"]), ("grace@example.com", " ", &["code"])]
        {
            assert_leads_to(&browser.post("/fn/verify_email", &[("email", email), ("code", code)]).await, "/verify-email", email);
            let errors = errors(&app, &browser, FormName::VerifyEmail).await;
            let named: Vec<&str> = errors.fields.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(named, fields);
        }
        assert_leads_to(&browser.post("/fn/resend_verification", &[]).await, "/verify-email", "no user is named");
        assert_eq!(errors(&app, &browser, FormName::ResendVerification).await.fields[0].field, "identifier");
        assert!(browser.get("/verify-email").await.text.contains("<details open"), "the form to blame is open");
    }

    async fn an_invalid_link_offers_a_new_mail(app) {
        for token in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let page = app.get(&format!("/verify-email?token={token}")).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains(DEAD) && page.text.contains("/fn/resend_verification"), "{}", page.text);
        }
    }

    async fn requesting_another_mail_gets_the_same_response_for_every_address(app) {
        register_grace(&app).await;
        app.user("ada").await;
        app.pass(1);
        let mut answers = Vec::new();
        for identifier in ["grace@example.com", "grace", "ada", "ada@example.com", "nobody", "nobody@example.com"] {
            let browser = app.browser();
            let answer = browser.post("/fn/resend_verification", &[("identifier", identifier)]).await;
            assert_leads_to(&answer, SENT, identifier);
            let flash = flash_of(&app, &browser).await;
            let filled_in = flash.state_of(FormName::VerifyEmail).kept("email");
            assert_eq!(filled_in.as_deref(), identifier.contains('@').then_some(identifier));
            let island = browser.call("/fn/resend_verification", &[("identifier", identifier)]).await;
            answers.push((answer.status, answer.text, flash.notice, island.status, island.text));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(app.count(MAILS).await, 5, "one by registering, two each by address and by name");
    }

    async fn the_newest_link_counts(app) {
        let browser = register_grace(&app).await;
        let older = app.last_link("grace@example.com", "/verify-email").await;
        app.pass(1);
        browser.post("/fn/resend_verification", &[("identifier", "grace")]).await;
        let newer = app.last_link("grace@example.com", "/verify-email").await;
        assert!(app.get(&older).send().await.text.contains(DEAD));
        assert_leads_to(&browser.post("/fn/verify_email", &[("token", &token_of(&newer))]).await, "/dashboard", "the newer");
    }

    async fn a_refused_sign_in_offers_the_mail_on_the_same_page(app) {
        app.user_with("grace", &["user"], false).await;
        let browser = app.browser();
        browser.sign_in("grace", "wrong").await;
        assert!(!browser.get("/login").await.text.contains("/fn/resend_verification"), "not by a wrong password");
        let fields = [("identifier", "Grace"), ("password", PASSWORD), ("next", "/dashboard?a=1")];
        let login = "/login?next=%2Fdashboard%3Fa%3D1";
        assert_leads_to(&browser.post("/fn/sign_in", &fields).await, login, "refused");
        let page = browser.get(login).await;
        assert!(page.text.contains("Verify your email address to sign in.") && page.text.contains("/fn/resend_verification"), "{}", page.text);
        assert!(page.text.contains("<input type=\"hidden\" name=\"identifier\" value=\"Grace\">"), "{}", page.text);

        let answer = browser.post("/fn/resend_verification", &[("identifier", "Grace"), ("back", login)]).await;
        assert_leads_to(&answer, login, "asked");
        assert!(browser.get(login).await.text.contains("an email is on its way."));
        let link = app.last_link("grace@example.com", "/verify-email").await;
        assert_leads_to(&browser.post("/fn/verify_email", &[("token", &token_of(&link))]).await, "/login", "confirmed");
        assert_leads_to(&browser.post("/fn/sign_in", &fields).await, "/dashboard?a=1", "and in");
    }

    async fn requesting_another_mail_never_redirects_elsewhere(app) {
        let browser = app.browser();
        for back in ["https://evil.example/", "//evil.example", "/\\evil.example", "x"] {
            let answer = browser.post("/fn/resend_verification", &[("identifier", "grace"), ("back", back)]).await;
            assert_leads_to(&answer, "/", back);
        }
    }
}
