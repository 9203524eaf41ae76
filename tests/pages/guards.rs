//! Where those who may not see a page are redirected. Who may see which page is in `tests/access/pages.md`.

use super::assert_leads_to;
use crate::on_both_databases;

on_both_databases! {
    async fn a_page_that_needs_a_sign_in_redirects_there_and_back(app) {
        for (here, there) in [
            ("/dashboard", "/login?next=%2Fdashboard"),
            ("/dashboard?a=1&b=%20", "/login?next=%2Fdashboard%3Fa%3D1%26b%3D%2520"),
            ("/dashboard?next=https://evil.example", "/login?next=%2Fdashboard%3Fnext%3Dhttps%3A%2F%2Fevil.example"),
            ("http://evil.example/dashboard", "/login?next=%2Fdashboard"),
        ] {
            assert_leads_to(&app.get(here).send().await, there, here);
            assert_leads_to(&app.request("HEAD", here).send().await, there, here);
        }
    }

    async fn no_other_spelling_of_a_path_gets_past_its_guard(app) {
        for path in [
            "//dashboard",
            "//dashboard/",
            "/Dashboard",
            "/%64ashboard",
            "/./dashboard",
            "/login/../dashboard",
            "/dashboard%2F",
            "/dashboard;x",
            "/dashboard%00",
        ] {
            assert_eq!(app.get(path).send().await.status, 404, "{path}");
        }
    }

    async fn the_root_redirects_to_the_dashboard_or_the_sign_in_page(app) {
        app.user("ada").await;
        assert_leads_to(&app.get("/").send().await, "/login", "anonymous");
        let browser = app.signed_in("ada").await;
        assert_leads_to(&browser.get("/").await, "/dashboard", "a signed-in user");
        app.pass(15 * 60);
        let answer = browser.get("/").await;
        assert_leads_to(&answer, "/dashboard", "a signed-in user, refreshed on the way");
        assert_eq!(answer.set_cookies().len(), 2);
    }

    async fn the_sign_in_page_redirects_a_signed_in_user(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        assert_leads_to(&browser.get("/login").await, "/dashboard", "/login");
        assert_leads_to(&browser.get("/login?next=%2Fdashboard%3Fa%3D1").await, "/dashboard?a=1", "next");
        assert_leads_to(&browser.get("/login?next=https%3A%2F%2Fevil.example").await, "/dashboard", "a next elsewhere");
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }

    async fn a_page_accepts_no_token_from_a_header(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        assert_leads_to(&app.get("/dashboard").bearer(&token).send().await, "/login?next=%2Fdashboard", "a good token");
        let browser = app.signed_in("ada").await;
        app.pass(15 * 60);
        let answer = app.get("/dashboard").bearer("x").cookies(&browser.header()).send().await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard", "a bad token next to good cookies");
        assert!(answer.set_cookies().is_empty());
    }

    async fn a_foreign_access_cookie_leads_to_the_sign_in_page_and_leaves_the_cookies(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let good = browser.cookie("claviger-access").unwrap();
        for bad in ["x", "a.b.c", &format!("{good}x")] {
            browser.set_cookie("claviger-access", bad);
            let answer = browser.get("/dashboard").await;
            assert_leads_to(&answer, "/login?next=%2Fdashboard", bad);
            assert!(answer.set_cookies().is_empty(), "{bad}");
            assert_eq!(browser.get("/login?next=%2Fdashboard").await.status, 200, "the form is shown, without a redirect loop");
        }
        let answer = browser.sign_in("ada", crate::app::PASSWORD).await;
        assert_leads_to(&answer, "/dashboard", "signing in fixes it");
        assert_eq!(browser.get("/dashboard").await.status, 200);
    }

    async fn a_session_ended_elsewhere_is_reported_and_its_cookies_are_cleared(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (token, _) = app.tokens("ada").await;
        let session = crate::app::TestApp::session_of(&browser.cookie("claviger-access").unwrap());
        app.delete(&format!("/api/v1/sessions/{session}")).bearer(&token).send().await;
        let answer = browser.get("/dashboard?a=1").await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard%3Fa%3D1&ended=1", "ended elsewhere");
        assert!(answer.clears_cookies());
        browser.drop_cookie("claviger-device");
        assert_eq!(browser.header(), "");
        assert_eq!(browser.get("/login?next=%2Fdashboard&ended=1").await.status, 200);
        assert_leads_to(&browser.get("/dashboard").await, "/login?next=%2Fdashboard", "said once");
    }

    async fn an_unknown_page_is_not_found_whether_signed_in_or_not(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for answer in [app.get("/nothing").send().await, browser.get("/nothing").await] {
            assert_eq!(answer.status, 404);
            assert!(answer.header("content-type").starts_with("text/html"));
        }
        assert_eq!(browser.post("/nothing", &[]).await.status, 404);
    }

    async fn pages_that_are_missing_or_forbidden_keep_the_navigation_of_the_signed_in_user(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (ada, eve) = (app.signed_in("ada").await, app.signed_in("eve").await);
        for (path, status) in [("/nothing", 404), ("/a/b.html?x=%3Cb%3E", 404), ("/admin/mail", 403), ("/admin/mail?id=x", 403)] {
            let page = ada.get(path).await;
            assert_eq!(page.status, status, "{path}");
            let shown = &page.text;
            assert!(shown.contains(r#"class="who">ada<"#) && shown.contains("href=\"/account\""), "{path}: {shown}");
            assert!(!shown.contains("href=\"/admin/mail\""), "{path}");
        }
        let page = eve.get("/nothing").await.text;
        assert!(page.contains("href=\"/admin/mail\"") && page.contains(r#"name="back" value="/nothing""#), "{page}");
        let stranger = app.browser().get("/nothing").await.text;
        assert!(!stranger.contains("href=\"/account\""), "{stranger}");
    }

    async fn a_page_supports_only_get_and_head(app) {
        for path in ["/login", "/setup", "/dashboard", "/"] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let answer = app.request(method, path).same_origin().send().await;
                assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"), "{method} {path}");
            }
        }
    }
}
