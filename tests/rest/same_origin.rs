//! A change with cookies must come from our own pages.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use serde_json::json;

/// Headers that say where a request comes from, and whether that is our own origin.
const ORIGINS: &[(&[(&str, &str)], bool)] = &[
    (&[("sec-fetch-site", "same-origin")], true),
    (&[("origin", "http://127.0.0.1:3000")], true),
    (&[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")], true),
    (&[], false),
    (&[("sec-fetch-site", "same-site")], false),
    (&[("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "none")], false),
    (&[("sec-fetch-site", "")], false),
    (&[("sec-fetch-site", "Same-Origin")], false),
    (&[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")], false),
    (&[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:3000")], false),
    (&[("origin", "null")], false),
    (&[("origin", "")], false),
    (&[("origin", "https://evil.example")], false),
    (&[("origin", "https://127.0.0.1:3000")], false),
    (&[("origin", "http://127.0.0.1:3001")], false),
    (&[("origin", "http://127.0.0.1")], false),
    (&[("origin", "http://127.0.0.1:3000.evil.example")], false),
    (&[("origin", "http://127.0.0.1:3000/")], false),
    (&[("origin", "http://localhost:3000")], false),
    (&[("referer", "http://127.0.0.1:3000/dashboard")], false),
    (&[("host", "evil.example"), ("origin", "http://evil.example")], false),
    (&[("x-forwarded-host", "evil.example"), ("origin", "https://evil.example")], false),
];

async fn rename(app: &TestApp, cookies: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut asking = app.patch("/api/v1/users/me").cookies(cookies).json(&json!({ "name": "Ada" }));
    for (name, value) in headers {
        asking = asking.header(name, value);
    }
    asking.send().await
}

fn assert_refused(answer: &TestResponse, what: &dyn std::fmt::Debug) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("other_origin")), "{what:?}");
    assert!(answer.set_cookies().is_empty(), "{what:?}");
}

on_both_databases! {
    async fn a_change_by_cookies_needs_our_own_origin(app) {
        let ada = app.user("ada").await;
        let cookies = app.signed_in("ada").await.header();
        for (headers, is_ours) in ORIGINS {
            let before = app.find(ada.id).await.version;
            let answer = rename(&app, &cookies, headers).await;
            if *is_ours {
                assert_eq!(answer.status, 200, "{headers:?}");
            } else {
                assert_refused(&answer, headers);
                assert_eq!(app.find(ada.id).await.version, before, "{headers:?}");
            }
        }
    }

    async fn every_unsafe_method_needs_it(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let session = TestApp::session_of(&browser.cookie("claviger-access").unwrap());
        for (method, path) in [
            ("POST", "/api/v1/auth/logout".to_owned()),
            ("POST", "/api/v1/auth/logout-all".to_owned()),
            ("PATCH", "/api/v1/users/me".to_owned()),
            ("DELETE", format!("/api/v1/sessions/{session}")),
        ] {
            let asking = app.request(method, &path).cookies(&browser.header()).header("sec-fetch-site", "cross-site");
            assert_refused(&asking.send().await, &path);
        }
        assert_eq!(browser.rest("GET", "/api/user/profile").await.status, 200, "the session lives");
    }

    async fn a_refused_change_refreshes_nothing(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(15 * 60);
        assert_refused(&rename(&app, &browser.header(), &[]).await, &"an expired access cookie");
        browser.drop_cookie("claviger-access");
        assert_refused(&rename(&app, &browser.header(), &[]).await, &"a refresh cookie alone");
        assert_eq!(app.count("SELECT max(generation) FROM sessions").await, 0);
    }

    async fn reading_with_cookies_needs_no_origin(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for (headers, _) in ORIGINS {
            let mut asking = app.get("/api/user/profile").cookies(&browser.header());
            for (name, value) in *headers {
                asking = asking.header(name, value);
            }
            let answer = asking.send().await;
            assert_eq!(answer.status, 200, "{headers:?}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{headers:?}");
        }
    }

    async fn a_header_credential_needs_no_origin(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let cookies = app.signed_in("ada").await.header();
        for (headers, _) in ORIGINS {
            for cookies in ["", &cookies] {
                let mut asking = app.patch("/api/v1/users/me").bearer(&token).cookies(cookies);
                for (name, value) in *headers {
                    asking = asking.header(name, value);
                }
                assert_eq!(asking.json(&json!({ "name": "Ada" })).send().await.status, 200, "{headers:?}");
            }
        }
    }
}
