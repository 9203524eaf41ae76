//! Headers of every response, whatever its content.

use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use std::{collections::BTreeSet, path::Path};

/// Headers that every response carries exactly once.
const SET: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Returns a file of the built site, if there is one: the tests run with and without.
fn file_of_the_site() -> Option<String> {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site");
    let mut files = std::fs::read_dir(site).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    files.find(|name| name.rsplit_once('.').is_some_and(|(_, ending)| ["js", "svg", "txt"].contains(&ending)))
}

/// Returns a response of each kind.
async fn a_response_of_each_kind(app: &TestApp) -> Vec<(&'static str, TestResponse)> {
    let browser = app.signed_in("ada").await;
    let post = |path| app.post(path).header("content-type", "application/json");
    let mut answers = vec![
        ("a page", app.get("/login").send().await),
        ("a page of a signed-in person", browser.get("/dashboard").await),
        ("a redirect", app.get("/dashboard").send().await),
        ("the root", app.get("/").send().await),
        ("no such page", app.get("/nothing").header("accept", "text/html").send().await),
        ("no such route", app.get("/api/v1/nothing").send().await),
        ("a profile", browser.rest("GET", "/api/user/profile").await),
        ("anonymous", app.get("/api/user/profile").send().await),
        ("a bad token", app.profile("x").await),
        ("another origin, REST", app.patch("/api/v1/users/me").cookies(&browser.header()).send().await),
        ("another origin, a form", app.post("/fn/sign_in").form(&[]).send().await),
        ("a wrong method", app.get("/api/auth/login").send().await),
        ("a wrong method, a form", app.get("/fn/sign_in").send().await),
        ("a bad body", post("/api/auth/login").body("x").send().await),
        ("a wrong type", app.post("/api/auth/login").body("x").send().await),
        ("too large", post("/api/auth/login").body(vec![b' '; 300 * 1024]).send().await),
        ("a refused form", browser.copy().sign_in("ada", "wrong").await),
        ("a signed-in answer", app.log_in("ada@example.com", PASSWORD).await),
        ("health", app.get("/health").send().await),
        ("readiness", app.get("/ready").send().await),
        ("nothing to say", browser.rest("POST", "/api/v1/auth/logout").await),
    ];
    app.run_sql("ALTER TABLE users RENAME TO users_elsewhere").await;
    answers.push(("a failure, REST", app.log_in("ada@example.com", PASSWORD).await));
    answers.push(("a failure, a form", app.browser().sign_in("ada", PASSWORD).await));
    app.run_sql("ALTER TABLE users_elsewhere RENAME TO users").await;
    answers
}

/// Returns the sources of a directive of the policy.
fn directive<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
    let found = policy.split(';').map(str::trim).find_map(|part| part.strip_prefix(name)?.strip_prefix(' '));
    found.map(|sources| sources.split(' ').collect()).unwrap_or_default()
}

/// Returns the nonce in a response's policy.
pub fn nonce_of(answer: &TestResponse) -> String {
    let sources = directive(answer.header("content-security-policy"), "script-src");
    let nonce = sources.iter().find_map(|source| source.strip_prefix("'nonce-")?.strip_suffix('\''));
    nonce.unwrap_or_default().to_owned()
}

fn assert_has_the_headers(what: &str, answer: &TestResponse) {
    for (name, value) in SET {
        let all: Vec<_> = answer.headers.get_all(*name).iter().collect();
        assert_eq!(all, [value], "{what}: {name}");
    }
    let policy = answer.header("content-security-policy");
    assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1, "{what}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'),
        "{what}: {policy}"
    );
    for name in ["default-src", "object-src", "base-uri", "frame-ancestors"] {
        assert_eq!(directive(policy, name), ["'none'"], "{what}: {name}");
    }
    assert!(nonce_of(answer).len() >= 22, "{what}: {policy}");
    assert!(answer.header("x-request-id").len() >= 8, "{what}");
    assert_eq!(answer.header("strict-transport-security"), "", "{what}: not over http");
    assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
    for name in ["server", "x-powered-by", "serverfnerror"] {
        assert_eq!(answer.header(name), "", "{what}: {name}");
    }
}

on_both_databases! {
    async fn every_response_carries_the_security_headers(app) {
        app.user("ada").await;
        let answers = Box::pin(a_response_of_each_kind(&app)).await;
        for (what, answer) in &answers {
            assert_has_the_headers(what, answer);
            assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        }
        let ids: BTreeSet<&str> = answers.iter().map(|(_, answer)| answer.header("x-request-id")).collect();
        let nonces: BTreeSet<String> = answers.iter().map(|(_, answer)| nonce_of(answer)).collect();
        assert_eq!((ids.len(), nonces.len()), (answers.len(), answers.len()), "each has its own");
    }

    async fn a_failure_reveals_its_id_and_nothing_else(app) {
        app.user("ada").await;
        for (what, answer) in Box::pin(a_response_of_each_kind(&app)).await {
            for word in ["users_elsewhere", "no such table", "relation", "sqlx", "SQLITE", "panicked", "/src/"] {
                assert!(!answer.text.contains(word), "{what}: {}", answer.text);
            }
            if what == "a failure, REST" {
                assert_eq!((answer.status, answer.error().as_str()), (500, "Internal server error"));
                assert_eq!(answer.json()["requestId"], answer.header("x-request-id"));
            }
            assert!(answer.status < 500 || what.starts_with("a failure"), "{what}: {}", answer.status);
        }
    }

    async fn a_file_of_the_site_carries_the_security_headers_and_can_be_cached(app) {
        let Some(name) = file_of_the_site() else { return };
        let answer = app.get(&format!("/{name}")).send().await;
        assert_eq!(answer.status, 200, "{name}");
        assert_has_the_headers(&name, &answer);
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(answer.set_cookies().is_empty());
        let again = app.get(&format!("/{name}")).header("if-none-match", answer.header("etag")).send().await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_has_the_headers(&name, &again);
    }

    /// Everything inline in a page carries the nonce of the same response.
    async fn the_scripts_of_a_page_carry_the_nonce_of_its_policy(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for answer in
            [app.get("/login").send().await, browser.get("/dashboard").await, app.get("/nothing").send().await]
        {
            let nonce = nonce_of(&answer);
            for tag in answer.text.split("<script").skip(1) {
                let tag = tag.split('>').next().unwrap();
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
            }
            assert!(!answer.text.contains(" style="), "no inline style");
            assert!(!answer.text.contains(" onclick=") && !answer.text.contains("javascript:"), "no inline handler");
        }
    }

    async fn over_https_cookies_are_bound_to_this_host_and_browsers_stay_on_https(app) {
        app.user("ada").await;
        let app = app.restart(&[("server.public_url", "https://id.example.com")]).await;
        let browser = app.browser();
        let answers = [
            browser.sign_in("ada", "wrong").await,
            browser.get("/login").await,
            browser.sign_in("ada", PASSWORD).await,
            browser.get("/dashboard").await,
            browser.post("/fn/theme", &[("theme", "dark"), ("back", "/dashboard")]).await,
            browser.sign_out().await,
            app.get("/health").send().await,
            app.get("/nothing").send().await,
        ];
        let mut names = BTreeSet::new();
        for answer in &answers {
            assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"));
            for cookie in answer.set_cookies() {
                let lower = cookie.to_lowercase();
                assert!(cookie.starts_with("__Host-claviger-"), "{cookie}");
                assert!(
                    lower.contains("; secure") && lower.contains("; httponly") && lower.contains("; samesite=lax"),
                    "{cookie}"
                );
                assert!(lower.contains("; path=/;") || lower.ends_with("; path=/"), "{cookie}");
                assert!(!lower.contains("domain"), "{cookie}");
                names.insert(cookie.split('=').next().unwrap().to_owned());
            }
        }
        assert_eq!(names.len(), 5, "{names:?}");
    }

    async fn a_cookie_fits_into_a_browser(app) {
        app.admin(&"a".repeat(64)).await;
        let browser = app.browser();
        for cookie in browser.sign_in(&"a".repeat(64), PASSWORD).await.set_cookies() {
            assert!(cookie.len() <= 4096, "{}", cookie.len());
        }
    }

    async fn a_foreign_host_is_ignored(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let link = app.services.set_up.link().await.unwrap().unwrap();
        assert!(link.starts_with("http://127.0.0.1:3000/setup?token="), "{link}");
        for path in [
            "/",
            "/login",
            "/login?next=/dashboard",
            "/dashboard",
            "/setup",
            "/nothing",
            "/api/user/profile",
            "/api/v1/sessions",
            "/health",
        ] {
            for address in [path.to_owned(), format!("http://evil.example{path}")] {
                for cookies in [String::new(), browser.header()] {
                    let asking = app.get(&address).cookies(&cookies);
                    let asking = ["host", "x-forwarded-host", "x-original-host", "x-host", "x-forwarded-server"]
                        .into_iter()
                        .fold(asking, |asking, name| asking.header(name, "evil.example"));
                    let asking = asking.header("forwarded", "host=evil.example").header("x-forwarded-proto", "https");
                    let answer = asking.header("x-original-url", "/evil.example").send().await;
                    assert!(!answer.text.contains("evil.example"), "{path}: {}", answer.text);
                    assert!(!format!("{:?}", answer.headers).contains("evil.example"), "{path}: {:?}", answer.headers);
                    assert!(answer.header("location").is_empty() || answer.header("location").starts_with('/'));
                }
            }
        }
    }

    async fn no_other_origin_is_allowed(app) {
        app.user("ada").await;
        let cookies = app.signed_in("ada").await.header();
        for origin in ["https://evil.example", "null", "http://127.0.0.1:3000.evil.example", "http://127.0.0.1:3000"] {
            for (method, path) in [
                ("GET", "/api/user/profile"),
                ("OPTIONS", "/api/user/profile"),
                ("OPTIONS", "/api/auth/login"),
                ("POST", "/api/auth/login"),
                ("GET", "/login"),
                ("OPTIONS", "/fn/sign_in"),
                ("GET", "/health"),
            ] {
                let asking = app.request(method, path).header("origin", origin).cookies(&cookies);
                let asking = asking
                    .header("access-control-request-method", "POST")
                    .header("access-control-request-headers", "authorization");
                let answer = asking.send().await;
                let allowed: Vec<_> =
                    answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
                assert!(allowed.is_empty(), "{origin} {method} {path}: {allowed:?}");
            }
        }
    }
}
