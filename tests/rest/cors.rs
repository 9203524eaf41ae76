//! CORS: which pages of other sites may call the API, and how.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::server::http;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const FRIEND: &str = "https://app.example.com";
const LOCAL: &str = "http://localhost:5173";
const HERE: &str = "198.51.100.7";

async fn opened(app: &TestApp) -> TestApp {
    app.restart(&[("server.cors_origins", "https://app.example.com, http://localhost:5173")]).await
}

/// Returns a response of each kind to a page of this origin, which sends a token.
async fn a_response_of_each_kind(app: &TestApp, token: &str, origin: &str) -> Vec<(u16, TestResponse)> {
    let ask = |method: &str, path: &str| app.request(method, path).header("origin", origin);
    let get = |path: &str| ask("GET", path).bearer(token);
    let tag = get("/api/v1/roles/admin").send().await.header("etag").to_owned();
    let mut answers = vec![
        (200, get("/api/v1/users/me").send().await),
        (304, get("/api/v1/roles/admin").header("if-none-match", &tag).send().await),
        (308, get("/api/v1/users/me/").send().await),
        (400, get("/api/v1/users?limit=0").send().await),
        (401, ask("GET", "/api/v1/users/me").send().await),
        (401, ask("GET", "/api/v1/users/me").bearer("x").send().await),
        (403, ask("PATCH", "/api/v1/users/me").cookies("claviger-access=x").send().await),
        (404, get("/api/v1/nothing").send().await),
        (405, ask("PUT", "/api/v1/users/me").bearer(token).send().await),
        (405, ask("OPTIONS", "/api/v1/users/me").bearer(token).send().await),
        (406, get("/api/v1/users/me").header("accept", "text/html").send().await),
        (415, ask("POST", "/api/auth/login").body("x").send().await),
    ];
    app.run_sql("ALTER TABLE users RENAME TO users_elsewhere").await;
    answers.push((500, get("/api/v1/users/me").send().await));
    app.run_sql("ALTER TABLE users_elsewhere RENAME TO users").await;
    answers
}

/// Returns the names of the CORS headers of a response.
fn cors_headers(answer: &TestResponse) -> BTreeSet<&str> {
    answer.headers.keys().map(http_name).filter(|name| name.starts_with("access-control-")).collect()
}

fn http_name(name: &::http::HeaderName) -> &str {
    name.as_str()
}

fn varies_by_origin(answer: &TestResponse) -> bool {
    answer.headers.get_all("vary").iter().any(|value| value == "origin")
}

/// Sends the preflight request of a browser before a page of this origin sends `method` with a token.
async fn preflight(app: &TestApp, path: &str, origin: &str, method: &str) -> TestResponse {
    let asking = app.request("OPTIONS", path).header("origin", origin).header("x-forwarded-for", HERE);
    let asking = asking.header("access-control-request-method", method);
    asking.header("access-control-request-headers", "authorization,content-type").send().await
}

on_both_databases! {
    async fn an_allowed_page_reads_every_response_and_a_refused_page_none(app) {
        app.admin("ada").await;
        let app = opened(&app).await;
        let (token, _) = app.tokens("ada").await;
        for origin in [FRIEND, LOCAL] {
            for (status, answer) in Box::pin(a_response_of_each_kind(&app, &token, origin)).await {
                assert_eq!(answer.status, status, "{}", answer.text);
                assert_eq!(answer.header("access-control-allow-origin"), origin, "{status}");
                let names = BTreeSet::from(["access-control-allow-origin", "access-control-expose-headers"]);
                assert_eq!(cors_headers(&answer), names, "{status}: never with cookies");
                assert!(varies_by_origin(&answer), "{status}");
            }
        }
        for origin in ["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"] {
            for (status, answer) in Box::pin(a_response_of_each_kind(&app, &token, origin)).await {
                assert_eq!((answer.status, cors_headers(&answer)), (status, BTreeSet::new()), "{origin}");
                assert!(varies_by_origin(&answer), "{origin} {status}");
            }
        }
        let asking = app.get("/api/v1/users/me").header("origin", FRIEND).header("origin", FRIEND);
        assert!(cors_headers(&asking.bearer(&token).send().await).is_empty(), "two origins");
        assert!(varies_by_origin(&app.get("/api/v1/users/me").bearer(&token).send().await), "no origin");
    }

    async fn without_the_setting_no_response_depends_on_the_origin(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        for (status, answer) in Box::pin(a_response_of_each_kind(&app, &token, FRIEND)).await {
            assert_eq!((answer.status, cors_headers(&answer)), (status, BTreeSet::new()));
            assert!(!varies_by_origin(&answer), "{status}");
        }
    }

    async fn an_allowed_page_shows_the_headers_that_clients_need(app) {
        app.admin("ada").await;
        let app = app.limited(&[("server.cors_origins", FRIEND)]).await;
        let (token, _) = app.tokens("ada").await;
        let ask = |method: &str, path: &str| app.request(method, path).header("origin", FRIEND).bearer(&token);
        let create = || {
            let body = json!({ "name": "support", "permissions": ["users:read"] });
            ask("POST", "/api/v1/roles").header("idempotency-key", "a-key-of-mine").json(&body)
        };
        let mut answers = vec![create().send().await, create().send().await];
        assert_eq!(answers[1].header("idempotency-replayed"), "true");
        for path in ["/api/v1/users?limit=1", "/api/v1/users/export?format=csv", "/api/v1/roles/admin"] {
            answers.push(ask("GET", path).send().await);
        }
        answers.push(app.get("/api/v1/users/me").header("origin", FRIEND).send().await);
        answers.push(ask("PUT", "/api/v1/users/me").send().await);
        let mut seen = BTreeSet::new();
        for answer in &answers {
            let shown: BTreeSet<&str> = answer.header("access-control-expose-headers").split(", ").collect();
            seen.extend(shown.into_iter().filter(|name| answer.headers.contains_key(*name)));
        }
        let needed = [
            "allow", "content-disposition", "etag", "idempotency-replayed", "link", "location", "ratelimit",
            "ratelimit-policy", "www-authenticate", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
            "x-request-id",
        ];
        assert_eq!(seen, BTreeSet::from(needed));
    }

    async fn a_preflight_names_the_methods_of_every_route(app) {
        let app = opened(&app).await;
        let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for route in http::rest_routes() {
            let path = route.path.replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV").replace("{name}", "support");
            let known = methods.entry(path).or_default();
            known.insert(route.method.to_string());
            known.extend((route.method == "GET").then(|| "HEAD".to_owned()));
        }
        for (path, methods) in methods {
            let answer = preflight(&app, &path, FRIEND, "PATCH").await;
            assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
            let named = answer.header("access-control-allow-methods").split(", ").map(str::to_owned);
            assert_eq!(named.collect::<BTreeSet<_>>(), methods, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), FRIEND, "{path}");
            assert_eq!(answer.header("access-control-max-age"), "7200", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
            assert!(varies_by_origin(&answer), "{path}");
            assert_eq!(answer.set_cookies(), Vec::<String>::new(), "{path}");
            assert!(answer.header("x-request-id").len() >= 8, "{path}");
        }
    }

    async fn a_preflight_allows_the_headers_that_the_api_reads_and_no_others(app) {
        let app = opened(&app).await;
        let answer = preflight(&app, "/api/v1/users", LOCAL, "POST").await;
        let named: BTreeSet<&str> = answer.header("access-control-allow-headers").split(", ").collect();
        let read = [
            "accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "last-event-id",
            "prefer", "x-api-key",
        ];
        assert_eq!(named, BTreeSet::from(read));
    }

    async fn a_path_without_a_version_is_allowed_for_clients_that_name_it_in_accept(app) {
        let app = opened(&app).await;
        let answer = preflight(&app, "/api/users?limit=1", FRIEND, "GET").await;
        assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, "GET, HEAD, POST"));
        let answer = preflight(&app, "/api/user/profile", FRIEND, "GET").await;
        assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, "GET, HEAD"));
    }

    async fn a_preflight_counts_against_no_budget(app) {
        let app = app.limited(&[("server.cors_origins", FRIEND), ("limits.sign_in", "1/1h"), ("limits.api", "1/1h")]).await;
        for path in ["/api/auth/login", "/api/v1/users/me", "/api/v1/users", "/api/auth/login"] {
            let answer = preflight(&app, path, FRIEND, "POST").await;
            assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (204, ""));
        }
        let ask = || app.get("/api/v1/users/me").header("origin", FRIEND).header("x-forwarded-for", HERE);
        let answers = [ask().send().await, ask().send().await];
        assert_eq!(answers.each_ref().map(|answer| answer.status), [401, 429]);
        assert_eq!(preflight(&app, "/api/v1/users/me", FRIEND, "GET").await.status, 204, "still");
        for answer in answers {
            assert_eq!(answer.header("access-control-allow-origin"), FRIEND);
            assert!(varies_by_origin(&answer));
        }
    }

    async fn only_the_api_is_shared(app) {
        app.user("ada").await;
        let app = opened(&app).await;
        let browser = app.signed_in("ada").await;
        for (method, path) in [
            ("GET", "/login"),
            ("GET", "/dashboard"),
            ("POST", "/fn/rename"),
            ("GET", "/health"),
            ("GET", "/nothing"),
            ("GET", "/apis"),
        ] {
            let asking = app.request(method, path).header("origin", FRIEND).cookies(&browser.header());
            let answer = asking.send().await;
            assert!(cors_headers(&answer).is_empty() && !varies_by_origin(&answer), "{path}");
            let answer = preflight(&app, path, FRIEND, "POST").await;
            assert!(answer.status >= 400 && cors_headers(&answer).is_empty(), "{path}: {}", answer.status);
        }
        let answer = preflight(&app, "/api/v1/nothing", FRIEND, "GET").await;
        assert_eq!((answer.status, answer.header("access-control-allow-methods")), (404, ""));
    }

    async fn cookies_are_worth_nothing_in_a_page_of_another_origin(app) {
        app.user("ada").await;
        let app = opened(&app).await;
        let browser = app.signed_in("ada").await;
        for site in ["cross-site", "same-site"] {
            let ask = |method: &str| {
                let asking = app.request(method, "/api/v1/users/me").header("origin", FRIEND).cookies(&browser.header());
                asking.header("sec-fetch-site", site)
            };
            let answer = ask("PATCH").json(&json!({ "name": "Eve" })).send().await;
            assert_eq!((answer.status, answer.error().as_str()), (403, "Cross-site request blocked"));
            // Without this header, the browser shows the page no response to a request with cookies.
            let answer = ask("GET").send().await;
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        let (token, _) = app.tokens("ada").await;
        let asking = app.patch("/api/v1/users/me").header("origin", FRIEND).header("sec-fetch-site", "cross-site");
        assert_eq!(asking.bearer(&token).json(&json!({ "name": "Ada L" })).send().await.status, 200);
    }
}
