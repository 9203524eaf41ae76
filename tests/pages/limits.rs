//! Rate limits, as users and their browsers see them.

use super::assert_leads_to;
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};

const QUARTER: u64 = 15 * 60;
const SIGN_IN: [(&str, &str); 2] = [("identifier", "ada"), ("password", PASSWORD)];

/// Uses up the sign-in budget of this browser's network, on a route that hashes nothing.
async fn use_up(app: &TestApp) {
    for _ in 0..20 {
        assert_eq!(app.refresh("x").await.status, 401);
    }
}

fn retry_after(answer: &TestResponse) -> (u16, &str) {
    (answer.status, answer.header("retry-after"))
}

async fn refreshes(browser: &Browser) -> bool {
    let answer = browser.get("/dashboard").await;
    answer.status == 200 && answer.set_cookies().iter().any(|cookie| cookie.starts_with("claviger-access=ey"))
}

on_both_databases! {
    async fn a_form_beyond_the_limit_gets_a_page_that_says_when_to_try_again(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        use_up(&app).await;
        let browser = app.browser();
        let answer = browser.post("/fn/sign_in", &SIGN_IN).await;
        assert_eq!(retry_after(&answer), (429, "3"));
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.text.contains("<title>Too many requests · 127.0.0.1</title>"), "{}", answer.text);
        assert!(answer.text.contains("Try again in 3 seconds."), "{}", answer.text);
        assert_eq!(browser.cookie("claviger-access"), None);
        app.pass(3);
        assert_leads_to(&browser.post("/fn/sign_in", &SIGN_IN).await, "/dashboard", "three seconds later");
    }

    async fn an_island_learns_when_to_try_again(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        use_up(&app).await;
        let answer = app.browser().call("/fn/sign_in", &SIGN_IN).await;
        assert_eq!(retry_after(&answer), (429, "3"));
        assert_eq!(answer.header("x-ratelimit-remaining"), "0");
        let error: claviger::model::FnError = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(error.to_string(), "Too many requests. Try again in 3 seconds.");
    }

    async fn the_form_and_rest_share_one_budget(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        for left in (0..20).rev() {
            let answer = app.browser().post("/fn/sign_in", &[]).await;
            assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (303, left.to_string().as_str()));
        }
        assert_eq!(retry_after(&app.log_in("ada@example.com", PASSWORD).await), (429, "3"));
        for path in ["/fn/sign_in", "/fn/set_up"] {
            assert_eq!(app.browser().post(path, &[]).await.status, 429, "{path}");
        }
    }

    async fn cookies_are_still_refreshed_while_the_network_is_over_its_sign_in_budget(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        let browser = app.signed_in("ada").await;
        for _ in 0..5 {
            app.pass(QUARTER);
            use_up(&app).await;
            assert!(refreshes(&browser).await);
        }
        // A failed refresh by cookie does not count either.
        app.pass(QUARTER);
        let stranger = app.browser();
        for _ in 0..25 {
            stranger.set_cookie("claviger-refresh", "x");
            assert_leads_to(&stranger.get("/dashboard").await, "/login?next=%2Fdashboard", "a stranger");
        }
        use_up(&app).await;
    }

    async fn pages_and_forms_of_all_sessions_share_their_users_budget(app) {
        app.user("ada").await;
        app.user("bob").await;
        let (desk, phone, other) = (app.signed_in("ada").await, app.signed_in("ada").await, app.signed_in("bob").await);
        let app = app.limited(&[("limits.api", "3/1m")]).await;
        let (desk, phone, other) = (desk.on(&app), phone.on(&app), other.on(&app));
        assert_eq!(desk.get("/dashboard").await.header("x-ratelimit-remaining"), "2");
        assert_leads_to(&desk.post("/fn/rename", &[("name", "Ada")]).await, "/account", "a form");
        assert_eq!(desk.rest("GET", "/api/user/profile").await.header("x-ratelimit-remaining"), "0");
        let page = desk.get("/dashboard").await;
        assert_eq!(retry_after(&page), (429, "20"));
        assert!(page.text.contains("Try again in 20 seconds."), "{}", page.text);
        assert_eq!(desk.call("/fn/refresh", &[]).await.text, r#"{"too_many_requests":{"retry_after":20}}"#);
        assert_eq!(phone.get("/dashboard").await.status, 429);
        assert_eq!(other.get("/dashboard").await.status, 200);
        app.pass(QUARTER);
        assert!(refreshes(&desk).await);
    }

    async fn a_post_from_another_site_costs_nothing(app) {
        let app = app.limited(&[]).await;
        for _ in 0..30 {
            assert_eq!(app.post("/fn/sign_in").form(&SIGN_IN).send().await.status, 403);
        }
        use_up(&app).await;
    }
}
