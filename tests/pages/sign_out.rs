//! Signing out, with the button on every page.

use super::{assert_leads_to, flash_of};
use crate::{app::PASSWORD, on_both_databases};

const CLEARED: [&str; 2] = [
    "claviger-access=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "claviger-refresh=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];
const LIVE: &str = "SELECT count(*) FROM sessions WHERE ended_at IS NULL";

on_both_databases! {
    async fn signing_out_ends_the_session_at_once_and_clears_the_cookies(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let before = browser.copy();
        let answer = browser.sign_out().await;
        assert_leads_to(&answer, "/login", "signed out");
        for cleared in CLEARED {
            assert!(answer.set_cookies().contains(&cleared.to_owned()), "{:?}", answer.set_cookies());
        }
        assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some("You’re signed out."));
        assert_eq!(app.profile(&before.cookie("claviger-access").unwrap()).await.error(), "Token revoked");
        assert_leads_to(&before.get("/dashboard").await, "/login?next=%2Fdashboard&ended=1", "a copy of the cookies");
        assert_leads_to(&browser.get("/dashboard").await, "/login?next=%2Fdashboard", "the browser itself");
        assert_eq!(app.count(LIVE).await, 0);
    }

    async fn signing_out_works_with_an_expired_access_cookie(app) {
        app.user("ada").await;
        for drop in [false, true] {
            let browser = app.signed_in("ada").await;
            app.pass(15 * 60);
            if drop {
                browser.drop_cookie("claviger-access");
            }
            let before = browser.copy();
            let answer = browser.sign_out().await;
            assert_leads_to(&answer, "/login", "signed out");
            let tokens: Vec<_> =
                answer.set_cookies().into_iter().filter(|cookie| !cookie.starts_with("claviger-flow")).collect();
            assert_eq!(tokens, CLEARED);
            assert_eq!(app.count(LIVE).await, 0);
            assert_leads_to(
                &before.get("/dashboard").await,
                "/login?next=%2Fdashboard&ended=1",
                "a copy of the cookies",
            );
        }
    }

    async fn following_a_link_shows_the_button_and_signs_no_one_out(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let page = browser.get("/logout").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("<form method=\"post\" action=\"/logout\""), "{}", page.text);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        browser.sign_out().await;
        let page = browser.get("/logout").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("You’re signed out.") && page.text.contains("href=\"/login\""), "{}", page.text);
    }

    async fn signing_out_twice_is_not_an_error(app) {
        app.user("ada").await;
        assert_leads_to(&app.browser().sign_out().await, "/login", "anonymous");
        let browser = app.signed_in("ada").await;
        let tab = browser.copy();
        browser.sign_out().await;
        let answer = tab.sign_out().await;
        assert_leads_to(&answer, "/login", "the other tab");
        assert!(answer.clears_cookies());
        browser.set_cookie("claviger-access", "x");
        let answer = browser.sign_out().await;
        assert_leads_to(&answer, "/login", "a cookie that is not ours");
        assert!(answer.clears_cookies());
    }

    async fn an_island_signs_out_in_place(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let answer = browser.call("/logout", &[]).await;
        assert_eq!(
            (answer.status, answer.clears_cookies(), &answer.json()["Done"]["to"]),
            (200, true, &"/login".into())
        );
        assert_eq!(app.count(LIVE).await, 0);
    }

    async fn only_this_browser_is_signed_out(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let (token, _) = app.tokens("ada").await;
        here.sign_out().await;
        assert_eq!(there.get("/dashboard").await.status, 200);
        assert_eq!(app.profile(&token).await.status, 200);
        assert_leads_to(&here.sign_in("ada", PASSWORD).await, "/dashboard", "and in again");
    }
}
