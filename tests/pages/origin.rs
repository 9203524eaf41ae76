//! Every post to a page or a server function must come from our own pages, with or without cookies.

use super::server_functions;
use crate::{
    app::{PASSWORD, TestResponse},
    on_both_databases,
};
use claviger::model::FnError;

/// Headers that a browser sends with requests from other sites.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("origin", "http://127.0.0.1:3001")],
    &[("referer", "http://127.0.0.1:3000/login")],
    &[("host", "evil.example"), ("origin", "http://evil.example")],
    &[("authorization", "Bearer x")],
];

fn assert_refused(answer: &TestResponse, what: &str) {
    assert_eq!(answer.status, 403, "{what}");
    assert_eq!((answer.header("location"), answer.set_cookies()), ("", Vec::new()), "{what}");
}

on_both_databases! {
    async fn a_post_from_elsewhere_is_refused_with_cookies_or_without(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let paths = server_functions();
        assert!(paths.contains(&"/logout") && paths.contains(&"/fn/sign_in"), "{paths:?}");
        for path in paths {
            for headers in FOREIGN {
                for cookies in [String::new(), browser.header()] {
                    let fields = [("identifier", "ada"), ("password", PASSWORD), ("name", "Eve"), ("theme", "dark")];
                    let mut asking = app.post(path).form(&fields).cookies(&cookies);
                    for (name, value) in *headers {
                        asking = asking.header(name, value);
                    }
                    assert_refused(&asking.send().await, &format!("{path} {headers:?}"));
                }
            }
        }
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "ada", "nothing happened");
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE failures > 0").await, 0);
    }

    async fn a_form_posted_from_another_address_is_refused_with_the_public_one(app) {
        let app = app.restart(&[("server.public_url", "https://id.example.com")]).await;
        let here = "http://192.168.1.5:3000";
        let form = [("identifier", "ada"), ("password", PASSWORD)];
        for path in ["/fn/sign_in", "/logout"] {
            let page = app.post(path).form(&form).header("origin", here).send().await;
            assert_refused(&page, path);
            assert!(page.header("content-type").starts_with("text/html"));
            assert!(page.text.contains("href=\"https://id.example.com\""), "{}", page.text);
            assert!(!page.text.contains("roles") && !page.text.contains("192.168.1.5"), "{}", page.text);
        }
        let kind = "application/x-www-form-urlencoded";
        let asking = app.post("/fn/sign_in").header("accept", "application/json").header("content-type", kind);
        let answer = asking.header("origin", here).body("identifier=ada").send().await;
        assert_refused(&answer, "an island");
        let error: FnError = serde_json::from_str(&answer.text).unwrap();
        assert!(error.to_string().contains("https://id.example.com"), "{error}");
    }

    async fn an_origin_header_alone_is_enough(app) {
        app.user("ada").await;
        let form = [("identifier", "ada"), ("password", PASSWORD)];
        let answer = app.post("/fn/sign_in").form(&form).header("origin", "http://127.0.0.1:3000").send().await;
        assert_eq!((answer.status, answer.set_cookies().len()), (303, 3));
    }

    async fn our_own_origin_is_that_of_the_public_url(app) {
        app.user("ada").await;
        let app = app.restart(&[("server.public_url", "https://id.example.com")]).await;
        let form = [("identifier", "ada"), ("password", PASSWORD)];
        let from = |origin| app.post("/fn/sign_in").form(&form).header("origin", origin);
        assert_eq!(from("https://id.example.com").send().await.status, 303);
        for origin in [
            "http://id.example.com",
            "http://127.0.0.1:3000",
            "https://example.com",
            "https://id.example.com:444",
            "https://x.id.example.com",
        ] {
            assert_refused(&from(origin).send().await, origin);
        }
    }
}
