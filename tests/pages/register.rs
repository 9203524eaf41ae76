//! Registration: open, by invitation, and closed.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse, USERS, token_of},
    on_both_databases,
};
use claviger::{
    model::{Email, FormName, FormState},
    server::{domain::Actor, services::Caller},
};

const SENT: &str = "/verify-email?sent=1";

async fn register(browser: &Browser, email: &str, username: &str) -> TestResponse {
    let fields = [("email", email), ("name", "Grace"), ("username", username), ("password", PASSWORD)];
    browser.post("/fn/register", &fields).await
}

async fn register_invited(browser: &Browser, token: &str, email: &str) -> TestResponse {
    let fields = [("invitation", token), ("email", email), ("name", "Grace"), ("username", ""), ("password", PASSWORD)];
    browser.post("/fn/register", &fields).await
}

async fn refused(app: &TestApp, browser: &Browser) -> FormState {
    flash_of(app, browser).await.state_of(FormName::Register)
}

/// Invites a person and returns the path and query of the link in the mail.
async fn invite(app: &TestApp, email: &str) -> String {
    let caller = Caller::command_line();
    app.services.registration.invite(&Email::parse(email).unwrap(), Actor::Cli, &caller).await.unwrap();
    app.last_link(email, "/register").await
}

on_both_databases! {
    async fn anyone_can_register_and_is_asked_to_check_their_mail(app) {
        let browser = app.browser();
        let page = browser.get("/register").await;
        assert!(page.text.contains("<title>Create an account · 127.0.0.1</title>"), "{}", page.text);
        assert_leads_to(&register(&browser, "grace@example.com", "grace").await, SENT, "registered");
        let page = browser.get(SENT).await;
        assert!(page.text.contains("<h1>Check your email</h1>"), "{}", page.text);
        assert_eq!(page.text.matches("value=\"grace@example.com\"").count(), 2, "typed once, there in both forms");
        assert_eq!(browser.cookie("claviger-access"), None, "registration does not sign in");
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn a_taken_address_gets_the_same_response_as_a_free_one(app) {
        app.user("ada").await;
        let (free, taken) = (app.browser(), app.browser());
        let first = register(&free, "grace@example.com", "").await;
        let second = register(&taken, "ada@example.com", "").await;
        assert_eq!(
            (first.status, first.header("location"), &first.text),
            (second.status, second.header("location"), &second.text)
        );
        let (first, second) = (flash_of(&app, &free).await, flash_of(&app, &taken).await);
        assert_eq!((first.notice, first.form.map(|(name, _)| name)), (second.notice, second.form.map(|(name, _)| name)));
        let fields = [("email", "ada@example.com"), ("name", "Eve"), ("password", PASSWORD)];
        let (third, fields_of_free) = (app.browser(), [("email", "eve@example.com"), ("name", "Eve"), ("password", PASSWORD)]);
        let (taken, free) = (third.call("/fn/register", &fields).await, third.call("/fn/register", &fields_of_free).await);
        assert_eq!((taken.status, &taken.text), (free.status, &free.text));
        assert_eq!(app.count(USERS).await, 3);
    }

    async fn every_field_shows_its_error_and_input_is_kept(app) {
        let browser = app.browser();
        let fields = [("email", "nonsense"), ("name", ""), ("username", "a b"), ("password", "short")];
        assert_leads_to(&browser.post("/fn/register", &fields).await, "/register", "refused");
        let state = refused(&app, &browser).await;
        let named: Vec<&str> = state.errors.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["name", "email", "username", "password"]);
        assert_eq!((state.kept("email").as_deref(), state.kept("username").as_deref()), (Some("nonsense"), Some("a b")));
        assert_eq!(state.kept("password"), None);
        let page = browser.get("/register").await;
        assert!(page.text.contains("<title>Error: Create an account · 127.0.0.1</title>"), "{}", page.text);
        assert!(page.text.contains("value=\"nonsense\"") && !page.text.contains("value=\"short\""), "{}", page.text);
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn a_taken_username_is_reported_next_to_its_field(app) {
        app.user("ada").await;
        let browser = app.browser();
        assert_leads_to(&register(&browser, "grace@example.com", "Ada").await, "/register", "refused");
        let errors = refused(&app, &browser).await.errors;
        assert_eq!(errors.fields[0].field, "username");
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn viewing_the_page_changes_nothing(app) {
        for _ in 0..3 {
            assert_eq!(app.get("/register").send().await.status, 200);
            assert_eq!(app.request("HEAD", "/register").send().await.status, 200);
        }
        assert_eq!(app.count("SELECT count(*) FROM browser_states").await, 0);
    }

    async fn an_address_of_another_domain_is_refused_next_to_its_field(app) {
        let app = app.restart(&[("accounts.email_domains", "example.org")]).await;
        let browser = app.browser();
        assert_leads_to(&register(&browser, "grace@example.com", "").await, "/register", "refused");
        assert_eq!(refused(&app, &browser).await.errors.fields[0].field, "email");
        assert_leads_to(&register(&browser, "grace@example.org", "").await, SENT, "of the domain");
    }

    async fn a_closed_registration_page_says_so_and_has_no_form(app) {
        for (mode, title) in [("closed", "Registration is closed"), ("invite", "Registration is by invitation only")] {
            let app = app.restart(&[("accounts.registration", mode)]).await;
            let browser = app.browser();
            let page = browser.get("/register").await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains(&format!("<h1>{title}</h1>")) && page.text.contains("href=\"/login\""), "{mode}");
            assert!(!page.text.contains("name=\"password\""), "{mode}");
            assert_leads_to(&register(&browser, "grace@example.com", "").await, "/register", mode);
            assert!(refused(&app, &browser).await.errors.message.unwrap().starts_with("Registration"), "{mode}");
            assert!(!browser.get("/login").await.text.contains("href=\"/register\""), "{mode}");
        }
        assert!(app.get("/login").send().await.text.contains("href=\"/register\""), "open");
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn an_invitation_creates_an_account_with_a_confirmed_address(app) {
        let app = app.restart(&[("accounts.registration", "invite")]).await;
        let link = invite(&app, "grace@example.com").await;
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert!(page.text.contains("value=\"grace@example.com\"") && page.text.contains("readonly"), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        let browser = app.browser();
        let answer = register_invited(&browser, &token_of(&link), "grace@example.com").await;
        assert_leads_to(&answer, "/dashboard", "created and signed in");
        assert!(browser.get("/dashboard").await.text.contains("Account created."));
        assert_leads_to(&browser.sign_in("grace@example.com", PASSWORD).await, "/dashboard", "confirmed already");
    }

    async fn an_invitation_is_for_its_address_and_works_once(app) {
        let app = app.restart(&[("accounts.registration", "invite")]).await;
        let link = invite(&app, "grace@example.com").await;
        let browser = app.browser();
        assert_leads_to(&register_invited(&browser, &token_of(&link), "eve@example.com").await, &link, "another address");
        let state = refused(&app, &browser).await;
        assert!(state.errors.message.unwrap().starts_with("This invitation is no longer valid"));
        assert!(!format!("{:?}", flash_of(&app, &browser).await).contains(&token_of(&link)), "a token is not kept");
        let fields = [("invitation", &*token_of(&link)), ("email", "grace@example.com"), ("name", "G"), ("password", "short")];
        assert_leads_to(&browser.post("/fn/register", &fields).await, &link, "a short password");
        assert_leads_to(&register_invited(&browser, &token_of(&link), "grace@example.com").await, "/dashboard", "made");
        assert_leads_to(&register_invited(&browser, &token_of(&link), "grace@example.com").await, &link, "again");
        let page = browser.get(&link).await;
        assert!(page.text.contains("<h1>This invitation is no longer valid</h1>"), "{}", page.text);
        assert!(!page.text.contains("name=\"password\""));
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn an_unknown_invitation_shows_no_form(app) {
        for path in ["/register?invitation=x", "/register?invitation=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let page = app.get(path).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains("<h1>This invitation is no longer valid</h1>"), "{path}");
        }
    }
}
