//! The sign-in form.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestResponse, claims_of},
    on_both_databases,
};
use claviger::{
    model::{FormName, FormState, Timestamp},
    server::domain::UserChange,
};

async fn sign_in_to(browser: &Browser, password: &str, next: &str) -> TestResponse {
    browser.post("/fn/sign_in", &[("identifier", "ada"), ("password", password), ("next", next)]).await
}

const WRONG: &str = "Incorrect email, username or password.";

/// Targets to which no link can redirect.
const ELSEWHERE: &[&str] = &[
    "",
    " ",
    "dashboard",
    "//evil.example",
    "///evil.example",
    "/..//evil.example",
    "/%2F%2Fevil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    " /dashboard",
    "https://evil.example",
    "https:evil.example",
    "https:/dashboard",
    "HTTPS://127.0.0.1:3000.evil.example/",
    "http://127.0.0.1:3000@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "?next=/dashboard",
    "#x",
    "/\u{2028}x",
    "/é",
    "/\0",
    "/login",
    "/login?next=/dashboard",
    "/logout",
    "/fn/sign_in",
    "/api/v1/sessions",
];

on_both_databases! {
    async fn signing_in_redirects_to_the_dashboard_and_sets_both_cookies(app) {
        app.user("ada").await;
        for identifier in ["ada", "ADA", " ada@Example.com "] {
            let browser = app.browser();
            let answer = browser.sign_in(identifier, PASSWORD).await;
            assert_leads_to(&answer, "/dashboard", identifier);
            let tokens = ["claviger-access", "claviger-refresh"].map(|name| browser.cookie(name).unwrap());
            let expected = ["access", "refresh"].iter().zip(&tokens);
            let expected = expected.map(|(name, token)| {
                format!("claviger-{name}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800")
            });
            let device = format!(
                "claviger-device={}; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000",
                browser.cookie("claviger-device").unwrap()
            );
            assert_eq!(answer.set_cookies(), expected.chain([device]).collect::<Vec<_>>());
            assert_eq!(browser.get("/dashboard").await.status, 200);
        }
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE kind = 'browser'").await, 3);
    }

    async fn next_is_followed_on_this_site(app) {
        app.user("ada").await;
        for next in ["/", "/dashboard?a=1&b=2#c", "/setup", "/a//b", "/account/sessions"] {
            assert_leads_to(&sign_in_to(&app.browser(), PASSWORD, next).await, next, next);
        }
    }

    async fn next_never_leads_to_another_site(app) {
        app.user("ada").await;
        for next in ELSEWHERE {
            assert_leads_to(&sign_in_to(&app.browser(), PASSWORD, next).await, "/dashboard", &format!("{next:?}"));
        }
        let endless = format!("/{}", "a".repeat(10_000));
        assert_leads_to(&sign_in_to(&app.browser(), PASSWORD, &endless).await, "/dashboard", "an endless path");
        assert_leads_to(
            &app.browser().post("/fn/sign_in", &[("identifier", "ada"), ("password", PASSWORD)]).await,
            "/dashboard",
            "no next",
        );
    }

    async fn a_refused_form_keeps_its_next_and_says_why_once(app) {
        app.user("ada").await;
        let browser = app.browser();
        let answer = sign_in_to(&browser, "wrong", "/dashboard?a=1").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard%3Fa%3D1", "a wrong password");
        assert_eq!(browser.cookie("claviger-access"), None);
        let state = flash_of(&app, &browser).await.state_of(FormName::SignIn);
        assert_eq!(state.errors.message.as_deref(), Some("Incorrect email, username or password."));
        assert_eq!(state.kept, [("identifier".to_owned(), "ada".to_owned())], "fields are kept, passwords never");
        assert_eq!(browser.get("/login?next=%2Fdashboard%3Fa%3D1").await.status, 200);
        assert_eq!(flash_of(&app, &browser).await.state_of(FormName::SignIn), FormState::default(), "said once");
        for next in ["//evil.example", "/login"] {
            assert_leads_to(&sign_in_to(&browser, "wrong", next).await, "/login", next);
        }
    }

    async fn empty_fields_are_reported(app) {
        let browser = app.browser();
        for (identifier, password, fields) in
            [("", "", &["identifier", "password"][..]), (" ", "x", &["identifier"]), ("ada", "", &["password"])]
        {
            assert_leads_to(&browser.sign_in(identifier, password).await, "/login", "empty fields");
            let errors = flash_of(&app, &browser).await.state_of(FormName::SignIn).errors;
            let named: Vec<&str> = errors.fields.iter().map(|error| error.field.as_str()).collect();
            assert_eq!((errors.message, named), (None, fields.to_vec()));
        }
        assert_leads_to(&browser.post("/fn/sign_in", &[]).await, "/login", "no fields at all");
        assert_eq!(app.count("SELECT count(*) FROM attempts").await, 0);
    }

    async fn each_refusal_has_its_message(app) {
        app.user("ada").await;
        app.user_with("unconfirmed", &["user"], false).await;
        let (banned, suspended) = (app.user("banned").await, app.user("suspended").await);
        let until = Timestamp(1_900_000_000_000);
        app.change(banned.id, UserChange::Ban { until: None, reason: None }).await;
        app.change(suspended.id, UserChange::Ban { until: Some(until), reason: None }).await;
        let endless = "x".repeat(1025);
        for (identifier, password, words) in [
            ("ada", "wrong", WRONG),
            ("ada", &endless, WRONG),
            ("nobody", PASSWORD, WRONG),
            ("unconfirmed", "wrong", WRONG),
            ("unconfirmed", PASSWORD, "Verify your email address to sign in."),
            ("banned", "wrong", WRONG),
            ("banned", PASSWORD, "This account is suspended. Contact your administrator."),
            ("suspended", "wrong", WRONG),
            ("suspended", PASSWORD, "This account is suspended until 17 Mar 2030, 17:46 UTC. Contact your administrator."),
        ] {
            let browser = app.browser();
            assert_leads_to(&browser.sign_in(identifier, password).await, "/login", identifier);
            let said = flash_of(&app, &browser).await.state_of(FormName::SignIn).errors.message.unwrap();
            assert!(said.starts_with(words), "{identifier}: {said}");
            assert_eq!(browser.cookie("claviger-access"), None);
        }
    }

    async fn after_a_wrong_password_the_focus_is_in_its_field_and_the_message_describes_it(app) {
        app.user("ada").await;
        for name in ["ada", "nobody"] {
            let browser = app.browser();
            browser.sign_in(name, "wrong").await;
            let page = browser.get("/login").await.text;
            let mut inputs = page.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
            let field = inputs.find(|input| input.contains("id=\"field-password\"")).unwrap();
            let alert = page.split("role=\"alert\"").next().unwrap().rsplit("id=\"").next().unwrap();
            let alert = alert.split('"').next().unwrap();
            assert!(field.contains("autofocus"), "{field}");
            assert!(field.contains(&format!("aria-describedby=\"{alert}\"")), "{alert}: {field}");
            assert_eq!(page.matches("autofocus").count(), 1, "{page}");
            assert!(page.contains("<p class=\"suggestion\"><a href=\"/forgot-password\">"), "{page}");
        }
    }

    async fn a_suspended_user_is_led_to_support_if_there_is_any(app) {
        let banned = app.user("banned").await;
        app.change(banned.id, UserChange::Ban { until: None, reason: None }).await;
        for (settings, is_there) in [(&[][..], false), (&[("branding.links.support", "https://example.com/help")], true)] {
            let browser = app.restart(settings).await.browser();
            browser.sign_in("banned", PASSWORD).await;
            let page = browser.get("/login").await.text;
            let link = "<p class=\"suggestion\"><a href=\"https://example.com/help\">";
            assert_eq!(page.contains(link), is_there, "{page}");
        }
    }

    async fn a_lock_says_how_long_it_lasts(app) {
        app.user("ada").await;
        let browser = app.browser();
        for _ in 0..5 {
            browser.sign_in("ada", "wrong").await;
        }
        app.pass(30);
        assert_leads_to(&browser.sign_in("ada", PASSWORD).await, "/login", "the sixth attempt");
        let said = flash_of(&app, &browser).await.state_of(FormName::SignIn).errors.message.unwrap();
        assert!(said.starts_with("Too many failed attempts") && said.contains("15 minutes"), "{said}");
        assert_eq!(browser.cookie("claviger-access"), None);
    }

    async fn an_island_gets_its_response_in_place(app) {
        app.user("ada").await;
        let browser = app.browser();
        let refused = browser.call("/fn/sign_in", &[("identifier", "ada"), ("password", "wrong")]).await;
        assert_eq!((refused.status, refused.set_cookies()), (200, Vec::new()));
        assert_eq!(refused.json()["Refused"]["message"], "Incorrect email, username or password.");
        let done =
            browser.call("/fn/sign_in", &[("identifier", "ada"), ("password", PASSWORD), ("next", "/setup")]).await;
        assert_eq!((done.status, &done.json()["Done"]["to"]), (200, &"/setup".into()));
        assert_eq!(done.header("location"), "");
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }

    /// No one can plant a session in a browser beforehand.
    async fn signing_in_always_starts_a_new_session(app) {
        app.user("ada").await;
        app.user("eve").await;
        let browser = app.signed_in("eve").await.copy();
        let planted = claims_of(&browser.cookie("claviger-access").unwrap());
        browser.sign_in("ada", PASSWORD).await;
        let own = claims_of(&browser.cookie("claviger-access").unwrap());
        assert_ne!(own["sid"], planted["sid"]);
        assert_ne!(own["sub"], planted["sub"]);
    }

    async fn a_new_sign_in_in_the_same_browser_ends_the_previous_session(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let before = browser.cookie("claviger-access").unwrap();
        let other = app.signed_in("ada").await;
        browser.sign_in("ada", PASSWORD).await;
        assert_eq!(app.profile(&before).await.error(), "Token revoked");
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!(other.get("/dashboard").await.status, 200, "another browser's lives on");
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 2);
    }

    async fn a_refused_sign_in_leaves_the_previous_session(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        browser.sign_in("ada", "wrong").await;
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }
}
