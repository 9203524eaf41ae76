//! Unlocking an account through the link mailed to its owner.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{PASSWORD, TestApp, token_of},
    on_both_databases,
};
use claviger::model::FormName;

const DEAD: &str = "<h1>This link has expired or was already used</h1>";

async fn lock(app: &TestApp, name: &str) {
    for _ in 0..5 {
        app.browser().sign_in(name, "wrong").await;
    }
}

/// Returns what the sign-in page says after an attempt with the right password.
async fn error_shown(app: &TestApp, name: &str) -> String {
    let browser = app.browser();
    assert_leads_to(&browser.sign_in(name, PASSWORD).await, "/login", name);
    flash_of(app, &browser).await.state_of(FormName::SignIn).errors.message.unwrap()
}

on_both_databases! {
    async fn a_lock_is_reported_in_the_same_way_for_known_and_unknown_names(app) {
        app.user("ada").await;
        lock(&app, "ada@example.com").await;
        lock(&app, "nobody@example.com").await;
        let message = error_shown(&app, "ada@example.com").await;
        assert!(message.contains("15 minutes") && message.contains("Too many failed attempts") && message.contains("link"), "{message}");
        assert_eq!(message, error_shown(&app, "nobody@example.com").await);
        assert!(app.last_mail("nobody@example.com").await.is_none());
    }

    async fn a_link_shows_a_button_that_lifts_the_lock(app) {
        app.user("ada").await;
        lock(&app, "ada@example.com").await;
        let link = app.last_link("ada@example.com", "/unlock").await;
        for _ in 0..3 {
            let page = app.get(&link).send().await;
            assert!(page.text.contains("Unlock your account") && page.text.contains("ada@example.com"), "{}", page.text);
            app.request("HEAD", &link).send().await;
        }
        assert!(error_shown(&app, "ada@example.com").await.starts_with("Too many failed attempts"), "looking changes nothing");
        let browser = app.browser();
        assert_leads_to(&browser.post("/fn/unlock", &[("token", &token_of(&link))]).await, "/login", "opened");
        assert!(browser.get("/login").await.text.contains("Account unlocked. You can sign in now."));
        assert_leads_to(&browser.sign_in("ada@example.com", PASSWORD).await, "/dashboard", "open");
    }

    async fn an_invalid_link_says_what_to_do(app) {
        app.user("ada").await;
        lock(&app, "ada@example.com").await;
        let link = app.last_link("ada@example.com", "/unlock").await;
        app.browser().post("/fn/unlock", &[("token", &token_of(&link))]).await;
        for path in [&*link, "/unlock", "/unlock?token=", "/unlock?token=x"] {
            let page = app.get(path).send().await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains(DEAD) && page.text.contains("href=\"/forgot-password\""), "{path}");
        }
        let browser = app.browser();
        assert_leads_to(&browser.post("/fn/unlock", &[("token", &token_of(&link))]).await, &link, "again");
        assert_leads_to(&browser.post("/fn/unlock", &[]).await, "/unlock", "without a token");
    }
}
