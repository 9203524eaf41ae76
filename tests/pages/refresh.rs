//! Cookies are refreshed on the way: an expiring access token does not sign the user out.

use super::assert_leads_to;
use crate::{app::claims_of, on_both_databases, races::race};
use claviger::server::domain::UserChange;

const QUARTER: u64 = 15 * 60;
/// In milliseconds.
const HOUR: i64 = 3_600_000;
const GENERATION: &str = "SELECT max(generation) FROM sessions";

on_both_databases! {
    async fn a_page_refreshes_an_expired_token_and_is_the_signed_in_page(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER - 1);
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 0), "not a second too early");
        app.pass(1);
        let refresh = browser.cookie("claviger-refresh").unwrap();
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
        for cookie in answer.set_cookies() {
            assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"), "{cookie}");
        }
        assert_ne!(browser.cookie("claviger-refresh").unwrap(), refresh);
        assert!(browser.get("/dashboard").await.set_cookies().is_empty());
    }

    async fn setting_the_clock_back_signs_no_browser_out(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (bearer, refresh) = app.tokens("ada").await;
        app.clock.jump(-HOUR);
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2), "its token is not yet valid");
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 0));
        assert_eq!(app.profile(&bearer).await.error(), "Invalid token");
        assert_eq!(app.refresh(&refresh).await.status, 200);
    }

    async fn a_clock_that_jumps_ahead_clears_no_cookie(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let cookies = browser.header();
        app.clock.jump(8 * 24 * HOUR);
        assert!(!browser.get("/dashboard").await.clears_cookies(), "they are valid by a correct clock");
        assert_eq!(browser.header(), cookies);
        app.clock.jump(-8 * 24 * HOUR);
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }

    async fn a_rotation_dated_in_the_future_does_not_block_later_ones(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER);
        assert_eq!(browser.get("/dashboard").await.set_cookies().len(), 2);
        app.clock.jump(-HOUR);
        assert_eq!(browser.get("/dashboard").await.set_cookies().len(), 2);
        app.pass(QUARTER);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!(app.count(GENERATION).await, 3);
    }

    async fn sessions_from_before_the_settings_were_shortened_are_refreshed(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (_, refresh) = app.tokens("ada").await;
        let app = app.restart(&[("tokens.session_ttl", "1d"), ("tokens.refresh_ttl", "7d")]).await;
        app.pass(QUARTER);
        assert_eq!(browser.on(&app).get("/dashboard").await.status, 200);
        assert_eq!(app.refresh(&refresh).await.status, 200);
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE idle_until > ends_at").await, 0);
        app.db.close().await;
    }

    async fn a_form_refreshes_too(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER);
        let answer = browser.post("/fn/rename", &[("name", "Ada Lovelace")]).await;
        assert_leads_to(&answer, "/account", "a form");
        assert!(answer.set_cookies().iter().any(|cookie| cookie.starts_with("claviger-access=ey")));
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "Ada Lovelace");
    }

    async fn six_concurrent_pages_all_load_and_refresh_once(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for round in 1..=5 {
            app.pass(QUARTER);
            let answers = race(6, |_| {
                let tab = browser.copy();
                async move { tab.get("/dashboard").await }
            })
            .await;
            for answer in &answers {
                assert_eq!(answer.status, 200, "{}", answer.text);
                assert!(!answer.clears_cookies());
                assert_eq!(answer.set_cookies().len(), 2);
                assert_eq!(answer.set_cookies()[1], answers[0].set_cookies()[1], "one branch");
            }
            assert_eq!(app.count(GENERATION).await, round);
            let refresh = answers[0].set_cookies()[1].split([';', '=']).nth(1).unwrap().to_owned();
            browser.set_cookie("claviger-refresh", &refresh);
            browser.drop_cookie("claviger-access");
        }
    }

    async fn a_tab_whose_response_was_lost_is_not_signed_out(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER);
        browser.copy().get("/login").await;
        app.pass(3600);
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.clears_cookies()), (200, false));
    }

    async fn a_copied_cookie_is_detected_and_ends_only_that_session(app) {
        app.user("ada").await;
        let other = app.signed_in("ada").await;
        let browser = app.signed_in("ada").await;
        let thief = browser.copy();
        app.pass(QUARTER);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        browser.get("/dashboard").await;
        app.services.sessions.last_seen().flush().await;
        app.pass(QUARTER);
        let answer = thief.get("/dashboard").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard&ended=1", "the thief");
        assert!(answer.clears_cookies());
        assert_leads_to(
            &browser.get("/dashboard").await,
            "/login?next=%2Fdashboard&ended=1",
            "the owner signs in again",
        );
        assert_eq!(other.get("/dashboard").await.status, 200);
    }

    async fn files_and_health_checks_refresh_nothing(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER);
        for path in ["/health", "/ready", "/favicon.svg", "/start.js", "/pkg/claviger.css"] {
            let asking = app.get(path).header("accept", "*/*").cookies(&browser.header());
            assert!(asking.send().await.set_cookies().is_empty(), "{path}");
        }
        assert_eq!(app.count(GENERATION).await, 0);
    }

    async fn a_missing_page_refreshes_since_it_shows_who_is_signed_in(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(QUARTER);
        assert_eq!(browser.get("/nothing").await.set_cookies().len(), 2);
        assert_eq!(app.count(GENERATION).await, 1);
    }

    async fn a_session_ends_after_a_week_without_a_visit(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(7 * 24 * 3600 - 1);
        assert_eq!(browser.get("/dashboard").await.status, 200);
        app.pass(7 * 24 * 3600);
        let answer = browser.get("/dashboard").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard&ended=1", "idle");
        assert!(answer.clears_cookies());
    }

    async fn a_session_ends_after_thirty_days_however_often_it_is_used(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..5 {
            app.pass(6 * 24 * 3600 - 1);
            assert_eq!(browser.get("/dashboard").await.status, 200);
        }
        app.pass(5);
        assert_leads_to(&browser.get("/dashboard").await, "/login?next=%2Fdashboard&ended=1", "thirty days");
    }

    async fn a_change_of_roles_takes_effect_on_the_next_page_and_ends_nothing(app) {
        let ada = app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.change(ada.id, UserChange::Roles(vec!["admin".into()])).await;
        let answer = browser.get("/dashboard").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
        assert_eq!(claims_of(&browser.cookie("claviger-access").unwrap())["roles"], serde_json::json!(["admin"]));
    }

    async fn a_ban_takes_effect_on_the_next_page(app) {
        let ada = app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.change(ada.id, UserChange::Ban { until: None, reason: None }).await;
        let answer = browser.get("/dashboard").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard&ended=1", "banned");
        assert!(answer.clears_cookies());
    }

    async fn a_foreign_refresh_cookie_leads_to_the_sign_in_page(app) {
        let browser = app.browser();
        browser.set_cookie("claviger-refresh", "x");
        let answer = browser.get("/dashboard").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard", "a forged refresh cookie");
        assert!(answer.clears_cookies());
    }
}
