//! Rules that hold for every server function.

use super::{assert_leads_to, server_functions};
use crate::{app::TestResponse, on_both_databases, rest::headers::nonce_of};

on_both_databases! {
    async fn no_server_function_is_reachable_by_get(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for path in server_functions() {
            for query in ["", "?identifier=ada&password=x", "?name=Eve&theme=dark"] {
                for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE"] {
                    let asking =
                        app.request(method, &format!("{path}{query}")).same_origin().cookies(&browser.header());
                    let answer = asking.send().await;
                    if path == "/logout" && ["GET", "HEAD"].contains(&method) {
                        assert_eq!(answer.status, 200, "a page with the button");
                    } else {
                        let allow = if path == "/logout" { "POST,GET,HEAD" } else { "POST" };
                        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{method} {path}{query}");
                    }
                    assert!(answer.set_cookies().is_empty());
                }
            }
        }
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "ada");
    }

    async fn each_server_function_has_exactly_one_plain_path(app) {
        for path in server_functions() {
            assert!(path == "/logout" || path.starts_with("/fn/"), "{path}");
            for other in [format!("/api{path}"), format!("{path}/"), format!("{path}1"), path.to_uppercase()] {
                let expected = if other == "/logout/" { 308 } else { 404 };
                assert_eq!(app.post(&other).same_origin().send().await.status, expected, "{other}");
            }
        }
    }

    /// With the Referer and these parameters, anyone could put text on our pages.
    async fn the_referer_and_errors_in_urls_are_never_used(app) {
        app.user("ada").await;
        for referer in
            ["https://evil.example/", "http://127.0.0.1:3000/login?x=y", "http://127.0.0.1:3000/dashboard", "nonsense"]
        {
            for path in server_functions() {
                let fields = [("identifier", "nobody"), ("password", "wrong"), ("name", ""), ("id", "x")];
                let browser = app.signed_in("ada").await;
                for cookies in [String::new(), browser.header()] {
                    let asking =
                        app.post(path).form(&fields).same_origin().cookies(&cookies).header("referer", referer);
                    let answer = asking.send().await;
                    assert!(answer.status < 500 && answer.status != 302, "{path}: {}", answer.status);
                    let said = format!("{:?} {}", answer.headers, answer.text);
                    for word in ["__path", "__err", "evil.example", "x=y"] {
                        assert!(!said.contains(word), "{path} {referer}: {said}");
                    }
                }
            }
        }
    }

    /// Apart from the form that returns to this address, the page is the same as without them.
    async fn text_in_a_url_never_appears_on_the_page(app) {
        let expected = app.get("/login").send().await;
        for planted in [
            "__path=%2Ffn%2Fsign_in&__err=ImludGVybmFsIg",
            "__path=%2Ffn%2Fsign_in&__err=ImludGVybmFsIg&__path=x&__err=x",
            "%5F%5Fpath=%2Ffn%2Fsign_in&_%5ferr=ImludGVybmFsIg",
            "error=You%20won&notice=You%20won&message=You%20won&flash=You%20won",
        ] {
            let address = format!("/login?{planted}");
            let answer = app.get(&address).send().await;
            let said = answer.text.replace(&address.replace('&', "&amp;"), "/login").replace(&nonce_of(&answer), "");
            assert_eq!(said, expected.text.replace(&nonce_of(&expected), ""), "{planted}");
        }
    }

    async fn a_missing_sign_in_is_reported_to_pages_and_islands(app) {
        let browser = app.browser();
        for path in ["/fn/dashboard", "/fn/rename", "/fn/refresh", "/fn/end_session"] {
            assert_leads_to(
                &browser.post(path, &[("name", "Ada"), ("id", "x")]).await,
                "/login?next=%2Fdashboard",
                path,
            );
            let answer = browser.call(path, &[("name", "Ada"), ("id", "x")]).await;
            assert_eq!((answer.status, answer.json()), (401, "sign_in_required".into()), "{path}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }

    async fn a_token_in_a_header_does_not_authenticate_a_server_function(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let asking = app.post("/fn/rename").form(&[("name", "Eve")]).same_origin().bearer(&token);
        assert_leads_to(&asking.send().await, "/login?next=%2Fdashboard", "a Bearer");
        assert_eq!(app.profile(&token).await.json()["name"], "ada");
    }

    async fn a_tab_refreshes_in_the_second_half_of_its_tokens_life(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(7 * 60);
        let answer = browser.call("/fn/refresh", &[]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 0));
        assert_eq!((answer.json()["refreshes"].as_i64(), life(&answer)), (Some(0), 8 * 60));
        app.pass(60);
        let answer = browser.call("/fn/refresh", &[]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
        assert_eq!((answer.json()["refreshes"].as_i64(), life(&answer)), (Some(1), 15 * 60));
        app.pass(15 * 60);
        let answer = browser.call("/fn/refresh", &[]).await;
        assert_eq!(
            (answer.json()["refreshes"].as_i64(), life(&answer)),
            (Some(2), 15 * 60),
            "refreshed once, on the way in"
        );
    }

    async fn a_tab_of_an_ended_session_must_sign_in(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let tab = browser.copy();
        browser.sign_out().await;
        let answer = tab.call("/fn/refresh", &[]).await;
        assert_eq!((answer.status, answer.json(), answer.clears_cookies()), (401, "sign_in_required".into(), true));
    }

    async fn the_theme_is_kept_in_a_cookie(app) {
        let browser = app.browser();
        let answer = browser.post("/fn/theme", &[("theme", "dark"), ("back", "/setup?token=x")]).await;
        assert_leads_to(&answer, "/setup?token=x", "dark");
        assert_eq!(answer.set_cookies(), ["claviger-theme=dark; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"]);
        browser.post("/fn/theme", &[("theme", "x\r\ny; Domain=evil"), ("back", "/")]).await;
        assert_eq!(browser.cookie("claviger-theme"), None, "anything else is left to the system");
        for back in ["https://evil.example", "//evil.example", "", "/\\evil.example"] {
            assert_leads_to(&browser.post("/fn/theme", &[("theme", "dark"), ("back", back)]).await, "/", back);
        }
        assert_leads_to(
            &browser.post("/fn/theme", &[("theme", "dark"), ("back", "/login//evil.example")]).await,
            "/login",
            "the form",
        );
    }
}

/// Returns the seconds left of the token that a response describes.
fn life(answer: &TestResponse) -> i64 {
    let at = |name: &str| answer.json()[name].as_i64().unwrap();
    (at("expires_at") - at("now")) / 1000
}
