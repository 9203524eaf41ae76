//! Setting a new password through a link.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse, token_of},
    on_both_databases,
};
use claviger::model::FormName;

const NEW: &str = "another password altogether";
const DEAD: &str = "<h1>This link has expired or was already used</h1>";

async fn link_for(app: &TestApp, name: &str) -> String {
    let email = format!("{name}@example.com");
    app.browser().post("/fn/forgot_password", &[("email", &email)]).await;
    app.last_link(&email, "/reset-password").await
}

async fn reset(browser: &Browser, link: &str, password: &str) -> TestResponse {
    browser.post("/fn/reset_password", &[("token", &token_of(link)), ("password", password)]).await
}

on_both_databases! {
    async fn a_link_sets_a_new_password_and_ends_every_session(app) {
        app.user("ada").await;
        let elsewhere = app.signed_in("ada").await;
        let link = link_for(&app, "ada").await;
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert!(page.text.contains("value=\"ada@example.com\""), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        assert_eq!(elsewhere.get("/dashboard").await.status, 200, "looking changes nothing");
        let browser = app.browser();
        assert_leads_to(&reset(&browser, &link, NEW).await, "/login", "set");
        let page = browser.get("/login").await.text;
        assert!(page.contains("Password changed. Sign in with your new password."), "{page}");
        assert!(page.contains("value=\"ada@example.com\""), "the address is filled in: {page}");
        assert_eq!(browser.cookie("claviger-access"), None, "a link signs no one in");
        assert_leads_to(&browser.sign_in("ada", PASSWORD).await, "/login", "the old one");
        assert_leads_to(&browser.sign_in("ada", NEW).await, "/dashboard", "the new one");
        assert_eq!(elsewhere.get("/dashboard").await.status, 303);
    }

    async fn a_refused_password_leaves_the_link_valid(app) {
        app.user("ada").await;
        let link = link_for(&app, "ada").await;
        let browser = app.browser();
        for password in ["", "short", &"x".repeat(1025)] {
            assert_leads_to(&reset(&browser, &link, password).await, &link, "refused");
            let flash = flash_of(&app, &browser).await;
            let state = flash.state_of(FormName::ResetPassword);
            assert_eq!((state.errors.fields[0].field.as_str(), state.kept.len()), ("password", 0));
            assert!(!format!("{flash:?}").contains(&token_of(&link)), "a token is not kept");
        }
        let page = browser.get(&link).await;
        assert!(page.text.contains("<title>Error: Choose a new password · 127.0.0.1</title>"), "{}", page.text);
        assert_leads_to(&reset(&browser, &link, NEW).await, "/login", "it still works");
    }

    async fn the_token_appears_only_in_its_field(app) {
        app.user("ada").await;
        let link = link_for(&app, "ada").await;
        let token = token_of(&link);
        let page = app.get(&link).send().await;
        assert!(page.text.contains(&format!("<input type=\"hidden\" name=\"token\" value=\"{token}\">")), "{}", page.text);
        // And in the address that the theme switch returns to.
        let places = page.text.matches(&token).count();
        assert_eq!(places, 1 + page.text.matches(&format!("name=\"back\" value=\"{link}\"")).count(), "{}", page.text);
        assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("same-origin", "no-store"));
    }

    async fn an_invalid_link_says_how_to_get_another(app) {
        app.user("ada").await;
        let link = link_for(&app, "ada").await;
        reset(&app.browser(), &link, NEW).await;
        for path in [&*link, "/reset-password", "/reset-password?token=", "/reset-password?token=x"] {
            let page = app.get(path).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains(DEAD) && page.text.contains("href=\"/forgot-password\""), "{path}");
            assert!(!page.text.contains("name=\"password\""), "{path}");
        }
        let browser = app.browser();
        assert_leads_to(&reset(&browser, &link, PASSWORD).await, &link, "again");
        assert_leads_to(&browser.sign_in("ada", NEW).await, "/dashboard", "nothing was changed");
    }

    async fn a_link_expires_after_an_hour(app) {
        app.user("ada").await;
        let link = link_for(&app, "ada").await;
        app.pass(3600 - 1);
        assert!(!app.get(&link).send().await.text.contains(DEAD));
        app.pass(1);
        assert!(app.get(&link).send().await.text.contains(DEAD));
    }

    async fn a_link_for_another_purpose_does_not_work_here(app) {
        app.user_with("grace", &["user"], false).await;
        app.browser().post("/fn/resend_verification", &[("identifier", "grace")]).await;
        let other = token_of(&app.last_link("grace@example.com", "/verify-email").await);
        for page in ["/reset-password", "/unlock"] {
            assert!(app.get(&format!("{page}?token={other}")).send().await.text.contains(DEAD), "{page}");
        }
        assert_leads_to(&reset(&app.browser(), &format!("?token={other}"), NEW).await, &format!("/reset-password?token={other}"), "dead");
    }
}
