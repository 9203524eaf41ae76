//! The page of the user's own sessions.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};

fn session_of(browser: &Browser) -> String {
    TestApp::session_of(&browser.cookie("claviger-access").unwrap()).to_string()
}

/// Returns the target of the link to the next or previous page.
fn link(page: &str, side: &str) -> Option<String> {
    let begin = format!("href=\"/account/sessions?{side}=");
    let (_, rest) = page.split_once(&begin)?;
    Some(format!("/account/sessions?{side}={}", rest.split_once('"')?.0))
}

async fn notice(app: &TestApp, browser: &Browser) -> String {
    flash_of(app, browser).await.notice.unwrap_or_default()
}

on_both_databases! {
    async fn ending_a_session_from_the_page_returns_there(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let fields = [("id", session_of(&there)), ("back", "/account/sessions".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_leads_to(&here.post("/fn/end_session", &fields).await, "/account/sessions", "ended");
        assert_eq!(notice(&app, &here).await, "Session ended.");
        assert_leads_to(&there.get("/dashboard").await, "/login?next=%2Fdashboard&ended=1", "there");
        for back in ["", "/dashboard", "/login", "https://evil.example/account/sessions", "//evil.example"] {
            let answer = here.post("/fn/end_session", &[("id", fields[0].1), ("back", back)]).await;
            assert_leads_to(&answer, "/dashboard", back);
        }
    }

    async fn all_other_sessions_end_at_once_and_this_one_stays(app) {
        let before = app.user("ada").await;
        app.user("bob").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let (token, refresh) = app.tokens("ada").await;
        let own = here.cookie("claviger-access").unwrap();
        let bobs = app.signed_in("bob").await;
        assert_leads_to(&here.post("/fn/end_other_sessions", &[]).await, "/account/sessions", "all others");
        assert_eq!(notice(&app, &here).await, "2 other sessions ended.");
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_leads_to(&there.get("/account").await, "/login?next=%2Faccount&ended=1", "there");
        let page = here.get("/account/sessions").await;
        assert_eq!((page.status, page.set_cookies().iter().any(|set| set.contains("access"))), (200, false));
        assert_eq!(here.cookie("claviger-access").unwrap(), own, "its token still works");
        assert_eq!(app.find(before.id).await.token_version, before.token_version);
        assert_eq!(bobs.get("/account").await.status, 200);
        app.pass(15 * 60);
        assert_eq!(here.get("/account").await.status, 200, "and is refreshed");
    }

    async fn ended_sessions_stay_ended_after_a_restart(app) {
        app.user("ada").await;
        let here = app.signed_in("ada").await;
        let (token, _) = app.tokens("ada").await;
        here.post("/fn/end_other_sessions", &[]).await;
        let app = app.restart(&[]).await;
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_eq!(here.on(&app).get("/account").await.status, 200);
    }

    async fn ending_others_is_audited_once_and_only_if_there_were_any(app) {
        app.user("ada").await;
        let (here, _) = (app.signed_in("ada").await, app.signed_in("ada").await);
        app.tokens("ada").await;
        let answer = here.call("/fn/end_other_sessions", &[]).await;
        assert_eq!(answer.json()["Done"]["notice"], "2 other sessions ended.");
        let answer = here.call("/fn/end_other_sessions", &[]).await;
        assert_eq!(answer.json()["Done"]["notice"], "You had no other sessions.");
        let events = "SELECT count(*) FROM audit WHERE action = 'session.others_ended' AND actor_kind = 'user'";
        assert_eq!(app.count(events).await, 1);
        assert!(here.get("/dashboard").await.text.contains("Signed out everywhere else"));
    }

    async fn this_browser_comes_first_and_a_hundred_others_follow_in_pages(app) {
        app.user("ada").await;
        let here = app.signed_in("ada").await;
        assert!(here.get("/account/sessions").await.text.contains("You’re not signed in anywhere else."));
        for _ in 0..150 {
            app.pass(1);
            app.tokens("ada").await;
        }
        let page = here.get("/account/sessions").await.text;
        assert!(page.contains("<title>Your sessions · 127.0.0.1</title>"));
        assert_eq!(page.matches("<li class=\"row\">").count(), 101);
        assert!(page.len() < 200_000, "{}", page.len());
        let this = page.find("Current session").unwrap();
        assert!(this < page.find("Other sessions").unwrap());
        let dashboard = here.get("/dashboard").await.text;
        assert!(dashboard.contains(r#"href="/account/sessions""#));
        assert!(dashboard.matches("<li class=\"row\">").count() < 30, "the latest are enough");
        assert!(here.get("/account").await.text.contains("You have 150 other sessions."));
        let older = link(&page, "after").unwrap();
        assert_eq!(link(&page, "before"), None);
        let last = here.get(&older).await.text;
        assert_eq!(last.matches("<li class=\"row\">").count(), 51);
        assert_eq!(link(&last, "after"), None);
        let newer = here.get(&link(&last, "before").unwrap()).await.text;
        assert_eq!(newer.matches("<li class=\"row\">").count(), 101);
        assert_eq!(here.get("/account/sessions?after=nonsense&before=%00").await.status, 200);
    }

    async fn a_page_whose_session_has_just_ended_redirects_to_the_sign_in_page(app) {
        app.user("ada").await;
        let here = app.signed_in("ada").await;
        app.run_sql("DELETE FROM sessions").await;
        for (path, next) in [("/account/sessions", "%2Faccount%2Fsessions"), ("/dashboard", "%2Fdashboard")] {
            assert_leads_to(&here.get(path).await, &format!("/login?next={next}&ended=1"), path);
        }
    }
}
