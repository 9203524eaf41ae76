//! What HTTP itself requires of every request.

use super::bad_input::assert_error;
use crate::{
    app::{PASSWORD, TestApp},
    on_both_databases,
};
use axum::body::{Body, Bytes};
use http::Version;
use serde_json::json;
use std::io;

/// Returns a body in two pieces, of which the second fails.
fn broken() -> Body {
    let pieces = [Ok(Bytes::from_static(b"{\"email\":")), Err(io::Error::other("a bad chunk"))];
    Body::from_stream(futures::stream::iter(pieces))
}

/// Returns paths of several kinds, each with the cookies it needs.
async fn addresses(app: &TestApp) -> Vec<(&'static str, String)> {
    let browser = app.signed_in("ada").await.header();
    vec![
        ("/login", String::new()),
        ("/dashboard", browser.clone()),
        ("/api/user/profile", browser.clone()),
        ("/api/v1/sessions", browser),
        ("/health", String::new()),
        ("/nothing", String::new()),
    ]
}

on_both_databases! {
    async fn a_request_must_name_exactly_one_host_of_any_name(app) {
        app.user("ada").await;
        for (path, cookies) in addresses(&app).await {
            let usual = app.get(path).cookies(&cookies).send().await.status;
            for (version, hosts, is_good) in [
                (Version::HTTP_11, &["evil.example"][..], true),
                (Version::HTTP_11, &["[2001:db8::1]:3000"], true),
                (Version::HTTP_10, &[], true),
                (Version::HTTP_10, &["127.0.0.1"], true),
                (Version::HTTP_11, &[], false),
                (Version::HTTP_11, &[""], false),
                (Version::HTTP_11, &["a b"], false),
                (Version::HTTP_11, &["me@127.0.0.1"], false),
                (Version::HTTP_11, &["127.0.0.1/x"], false),
                (Version::HTTP_11, &["127.0.0.1:x"], false),
                (Version::HTTP_11, &["127.0.0.1:3000", "127.0.0.1:3000"], false),
                (Version::HTTP_10, &["127.0.0.1", "evil.example"], false),
                (Version::HTTP_10, &["<x>"], false),
            ] {
                let answer = app.get(path).cookies(&cookies).hosts(version, hosts).send().await;
                assert_eq!(answer.status, if is_good { usual } else { 400 }, "{path} {version:?} {hosts:?}");
                assert!(answer.header("x-request-id").len() >= 8, "{path}");
            }
        }
        let answer = app.get("/api/user/profile").hosts(Version::HTTP_11, &[]).send().await;
        assert_error(&answer, 400, "bad_request", "without a host");
    }

    async fn headers_beyond_64_kib_in_total_are_too_large(app) {
        let with = |bytes: usize| {
            let each = "a".repeat(bytes / 16);
            (0..16).fold(app.get("/api/user/profile"), |asking, number| asking.header(&format!("x-{number}"), &each)).send()
        };
        assert_error(&with(64 * 1024).await, 431, "headers_too_large", "headers");
        assert_eq!(with(60 * 1024).await.status, 401);
        let long = |bytes: usize| app.get(&format!("/login?x={}", "a".repeat(bytes))).header("x-y", &"b".repeat(30_000)).send();
        assert_eq!((long(30_000).await.status, long(40_000).await.status), (200, 431));
    }

    async fn a_body_that_breaks_off_is_a_bad_request_and_not_too_large(app) {
        let answer = app.post("/api/auth/login").header("content-type", "application/json").body(broken()).send().await;
        assert_error(&answer, 400, "bad_request", "REST");
        let kind = "application/x-www-form-urlencoded";
        let answer = app.post("/fn/sign_in").same_origin().header("content-type", kind).body(broken()).send().await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }

    async fn an_encoded_body_or_one_of_another_type_is_unsupported(app) {
        app.user("ada").await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        for coding in ["gzip", "br", "deflate", "x-unknown", "identity, gzip"] {
            let answer = app.post("/api/auth/login").header("content-encoding", coding).json(&body).send().await;
            assert_error(&answer, 415, "unsupported_encoding", coding);
            assert_eq!(answer.header("accept-encoding"), "identity");
            let form = app.post("/fn/sign_in").same_origin().header("content-encoding", coding).form(&[]).send().await;
            assert_eq!((form.status, form.header("accept-encoding")), (415, "identity"), "{coding}");
        }
        let answer = app.post("/api/auth/login").header("content-encoding", "identity").json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        for (kind, status) in [
            ("application/json;charset=UTF-8", 200),
            ("Application/JSON ; charset=\"utf-8\"", 200),
            ("application/json; charset=utf-16", 415),
            ("application/json; charset=latin1", 415),
            ("text/json", 415),
            ("application/x-www-form-urlencoded", 415),
            ("", 415),
        ] {
            let asking = app.post("/api/auth/login").header("content-type", kind).body(body.to_string());
            assert_eq!(asking.send().await.status, status, "{kind}");
        }
        for (kind, status) in [("application/json", 415), ("text/plain", 415), ("multipart/form-data; boundary=x", 415)] {
            let asking = app.post("/fn/sign_in").same_origin().header("content-type", kind);
            assert_eq!(asking.body(format!("identifier=ada&password={PASSWORD}")).send().await.status, status, "{kind}");
        }
    }

    async fn any_number_of_spaces_may_follow_the_scheme(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for scheme in ["Bearer ", "Bearer  ", "bearer     ", "BEARER "] {
            let answer = app.get("/api/user/profile").header("authorization", &format!("{scheme}{token}")).send().await;
            assert_eq!(answer.status, 200, "{scheme:?}");
        }
        for scheme in ["Bearer", "Bearer\t", "Bearer,", " "] {
            let answer = app.get("/api/user/profile").header("authorization", &format!("{scheme}{token}")).send().await;
            assert_eq!(answer.status, 401, "{scheme:?}");
        }
    }

    async fn an_encoding_of_quality_zero_is_never_sent(app) {
        app.user("ada").await;
        for (accepted, expected) in [
            ("br", "br"),
            ("br;q=0", ""),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0.1, gzip;q=0.9", "gzip"),
            ("*;q=0, gzip", "gzip"),
            ("identity;q=0, br", "br"),
            ("identity, br;q=0.5", ""),
        ] {
            let page = app.get("/login").header("accept-encoding", accepted).send().await;
            assert_eq!((page.status, page.header("content-encoding")), (200, expected), "{accepted}");
        }
        for accepted in ["*;q=0", "identity;q=0", "identity;q=0, br;q=0"] {
            let body = json!({ "email": "ada@example.com", "password": PASSWORD });
            let answer = app.post("/api/auth/login").header("accept-encoding", accepted).json(&body).send().await;
            assert_error(&answer, 406, "not_acceptable", accepted);
        }
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 0, "what can't be answered is not done");
    }

    async fn a_trailing_slash_redirects_to_the_path_without_it(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for (method, from, to) in [
            ("GET", "/login/", "/login"),
            ("HEAD", "/login/?next=%2Faccount", "/login?next=%2Faccount"),
            ("GET", "/dashboard/", "/dashboard"),
            ("GET", "/admin/monitor//", "/admin/monitor"),
            ("POST", "/logout/", "/logout"),
            ("GET", "/health/", "/health"),
            ("GET", "/api/user/profile/", "/api/user/profile"),
            ("POST", "/api/auth/login/", "/api/auth/login"),
            ("DELETE", "/api/v1/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV/?x=1", "/api/v1/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV?x=1"),
        ] {
            let answer = app.request(method, from).bearer(&token).send().await;
            assert_eq!((answer.status, answer.header("location")), (308, to), "{method} {from}");
        }
        for from in ["//evil.example/", "//evil.example//", "/nothing/", "///", "/fn/sign_in/"] {
            let answer = app.request("GET", from).send().await;
            assert_eq!((answer.status, answer.header("location")), (404, ""), "{from}");
        }
    }

    async fn a_password_manager_finds_the_page_that_changes_the_password(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let answer = browser.get("/.well-known/change-password").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/account#password"));
        assert!(browser.get("/account").await.text.contains("id=\"password\""));
    }
}
