//! Messages for the next page: kept by the server, for one browser, for a limited time.

use super::flash_of;
use crate::{app::PASSWORD, on_both_databases};
use claviger::model::Flash;

const ROWS: &str = "SELECT count(*) FROM browser_states";

on_both_databases! {
    async fn a_get_leaves_no_row(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let strange = app.browser();
        strange.set_cookie("claviger-flow", "AAAAAAAAAAAAAAAAAAAAAA");
        let broken = app.browser();
        broken.set_cookie("claviger-flow", "' OR 1=1");
        for browser in [&app.browser(), &browser, &strange, &broken] {
            for path in [
                "/",
                "/login",
                "/login?next=%2Fdashboard&ended=1",
                "/setup",
                "/setup?token=x",
                "/dashboard",
                "/nothing",
                "/fn/sign_in",
                "/logout",
            ] {
                let answer = browser.get(path).await;
                assert!(answer.status < 500, "{path}: {}", answer.status);
                assert!(
                    !answer
                        .set_cookies()
                        .iter()
                        .any(|cookie| cookie.starts_with("claviger-flow=") && !cookie.contains("Max-Age=0")),
                    "{path}"
                );
            }
        }
        assert_eq!(app.count(ROWS).await, 0);
    }

    async fn a_flash_is_shown_once_by_the_next_page(app) {
        let browser = app.browser();
        let answer = browser.sign_in("nobody", "wrong").await;
        let cookie = answer.set_cookies().into_iter().find(|cookie| cookie.starts_with("claviger-flow=")).unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=900"] {
            assert!(cookie.split("; ").any(|part| part == attribute), "{attribute}: {cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
        assert_eq!(app.count(ROWS).await, 1);
        assert_ne!(flash_of(&app, &browser).await, Flash::default());
        browser.get("/login").await;
        assert_eq!(flash_of(&app, &browser).await, Flash::default());
        assert_eq!(app.count(ROWS).await, 0, "and so is its row");
    }

    async fn a_flash_is_for_one_browser(app) {
        let browser = app.browser();
        browser.sign_in("nobody", "wrong").await;
        app.get("/login").send().await;
        app.browser().get("/login").await;
        assert_ne!(flash_of(&app, &browser).await, Flash::default());
    }

    async fn a_flash_expires_after_a_quarter_of_an_hour(app) {
        let browser = app.browser();
        browser.sign_in("nobody", "wrong").await;
        app.pass(15 * 60 - 1);
        assert_ne!(flash_of(&app, &browser).await, Flash::default());
        app.pass(1);
        assert_eq!(flash_of(&app, &browser).await, Flash::default());
        assert_eq!(browser.get("/login").await.status, 200);
        app.services.retention.sweep_at(app.clock.now()).await.unwrap();
        assert_eq!(app.count(ROWS).await, 0);
    }

    async fn many_refused_forms_of_one_browser_are_one_row(app) {
        let browser = app.browser();
        for _ in 0..4 {
            browser.sign_in("nobody", "wrong").await;
        }
        assert_eq!(app.count(ROWS).await, 1);
    }

    async fn a_huge_field_is_kept_in_part(app) {
        let browser = app.browser();
        browser.sign_in(&"a".repeat(100_000), "wrong").await;
        let flash = flash_of(&app, &browser).await;
        let (_, state) = flash.form.unwrap();
        assert_eq!(state.kept[0].1.len(), 1000);
    }

    async fn a_response_to_an_island_leaves_no_row(app) {
        app.user("ada").await;
        let browser = app.browser();
        browser.call("/fn/sign_in", &[("identifier", "ada"), ("password", "wrong")]).await;
        browser.call("/fn/sign_in", &[("identifier", "ada"), ("password", PASSWORD)]).await;
        browser.call("/fn/rename", &[("name", "")]).await;
        assert_eq!(app.count(ROWS).await, 0);
    }
}
