//! A database that fails: every page, form and route responds 503 with `Retry-After`, and no completed
//! operation is reported as failed.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
    rest::WRONG,
};
use serde_json::json;

/// Forms that anyone can post and that write.
const STRANGERS: &[(&str, &[(&str, &str)])] = &[
    ("/fn/sign_in", &[("identifier", "ada"), ("password", PASSWORD)]),
    ("/fn/sign_in", &[("identifier", "nobody"), ("password", WRONG)]),
    ("/fn/forgot_password", &[("email", "ada@example.com")]),
    ("/fn/resend_verification", &[("identifier", "bob@example.com")]),
    ("/fn/register", &[("email", "eve@example.com"), ("name", "Eve"), ("password", "nine lives of a grey cat")]),
];

/// Forms of signed-in users that write.
const OWN: &[(&str, &[(&str, &str)])] = &[
    ("/fn/rename", &[("name", "Augusta")]),
    ("/fn/confirm", &[("password", PASSWORD)]),
    ("/fn/change_email", &[("email", "augusta@example.com")]),
    ("/fn/change_password", &[("current_password", PASSWORD), ("new_password", "nine lives of a grey cat")]),
    ("/fn/invite", &[("email", "guest@example.com")]),
    ("/fn/delete_account", &[("sure", "yes")]),
    ("/logout", &[]),
];

/// Pages that only read.
const PAGES: &[&str] = &[
    "/dashboard",
    "/account",
    "/account/sessions",
    "/inspector",
    "/admin/monitor",
    "/admin/mail",
    "/admin/invitations",
    "/admin/users",
    "/admin/users/new",
    "/admin/roles",
    "/admin/roles?ask=create",
    "/admin/roles?ask=edit&role=auditor",
];

fn assert_busy(answer: &TestResponse, what: &str) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"), "{what}: {}", answer.text);
    assert!(!answer.clears_cookies(), "{what}: a busy server does not sign users out");
}

fn assert_busy_page(answer: &TestResponse, what: &str) {
    assert_busy(answer, what);
    assert!(answer.header("content-type").starts_with("text/html"), "{what}");
    assert!(answer.text.contains("</html>"), "{what}: {}", answer.text);
}

fn assert_busy_json(answer: &TestResponse, what: &str) {
    assert_busy(answer, what);
    assert_eq!(answer.header("content-type"), "application/json", "{what}");
    let body = answer.json();
    assert!(body == json!("busy") || body["error"] == "Service busy", "{what}: {body}");
}

/// Posts the form without scripts, and as its island sends it.
async fn assert_form_is_busy(browser: &Browser, (path, fields): (&str, &[(&str, &str)])) {
    assert_busy_page(&browser.post(path, fields).await, path);
    assert_busy_json(&browser.call(path, fields).await, path);
}

async fn create_users(app: &TestApp) -> Browser {
    app.admin("ada").await;
    app.user_with("bob", &["user"], false).await;
    app.signed_in("ada").await
}

on_both_databases! {
    async fn refused_writes_are_503_in_every_page_form_and_route(app) {
        let browser = create_users(&app).await;
        let (access, refresh) = app.tokens("ada").await;
        let stale = browser.copy();
        stale.drop_cookie("claviger-access");
        app.refuse_writes("every table").await;
        for form in STRANGERS {
            assert_form_is_busy(&app.browser(), *form).await;
        }
        for form in OWN {
            assert_form_is_busy(&browser, *form).await;
        }
        let session = TestApp::session_of(&access);
        for (method, path, body) in [
            ("POST", "/api/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD })),
            ("POST", "/api/v1/auth/login", json!({ "email": "nobody@example.com", "password": WRONG })),
            ("POST", "/api/v1/auth/register", json!({ "email": "eve@example.com", "password": "nine lives of a grey cat" })),
            ("POST", "/api/v1/auth/forgot-password", json!({ "email": "ada@example.com" })),
            ("POST", "/api/v1/auth/resend-verification", json!({ "email": "bob@example.com" })),
            ("POST", "/api/v1/auth/refresh", json!({ "refreshToken": refresh })),
            ("POST", "/api/v1/auth/confirm", json!({ "password": PASSWORD })),
            ("PATCH", "/api/v1/users/me", json!({ "name": "Augusta" })),
            ("POST", "/api/v1/invitations", json!({ "email": "guest@example.com" })),
            ("DELETE", &format!("/api/v1/sessions/{session}"), json!({})),
            ("POST", "/api/v1/auth/logout-all", json!({})),
            ("POST", "/api/v1/auth/logout", json!({})),
        ] {
            assert_busy_json(&app.request(method, path).bearer(&access).json(&body).send().await, path);
        }
        // Its cookies must be refreshed before the page is rendered.
        assert_busy_page(&stale.get("/dashboard").await, "/dashboard");
        assert_eq!(app.profile(&access).await.json()["name"], "ada");
    }

    async fn a_message_that_cannot_be_stored_fails_nothing(app) {
        let browser = create_users(&app).await;
        let elsewhere = app.signed_in("ada").await;
        let waiting = app.browser();
        waiting.sign_in("nobody", WRONG).await;
        let message = flash_of(&app, &waiting).await.form.unwrap().1.errors.message.unwrap();
        app.refuse_writes("browser_states").await;
        let page = waiting.get("/login").await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains(&message), "the message is kept");
        assert_leads_to(&app.browser().sign_in("nobody", WRONG).await, "/login", "a wrong password");
        assert_leads_to(&browser.post("/fn/rename", &[("name", "Augusta")]).await, "/account", "a new name");
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "Augusta");
        let token = browser.cookie("claviger-access").unwrap();
        assert_leads_to(&browser.post("/fn/inspect_token", &[("token", &token)]).await, "/inspector#another", "a token");
        assert_leads_to(&waiting.sign_in("ada", PASSWORD).await, "/dashboard", "a sign-in");
        let answer = elsewhere.sign_out().await;
        assert_leads_to(&answer, "/login", "a sign-out");
        assert!(answer.clears_cookies());
    }

    async fn a_missing_database_is_503_in_every_page_form_and_route(app) {
        let browser = create_users(&app).await;
        let (access, refresh) = app.tokens("ada").await;
        let waiting = app.browser();
        waiting.sign_in("nobody", WRONG).await;
        assert_eq!(app.get("/health").send().await.json()["database"], "connected");
        app.db.close().await;
        assert!(app.services.readiness.probe().await.is_err());
        let health = app.get("/health").send().await;
        assert_eq!((health.status, &health.json()["database"]), (200, &"unavailable".into()), "the process lives");
        assert_busy(&app.get("/ready").send().await, "readiness");
        for path in PAGES {
            assert_busy_page(&browser.get(path).await, path);
        }
        for form in STRANGERS.iter().chain(OWN) {
            let who = if OWN.contains(form) { browser.copy() } else { app.browser() };
            assert_form_is_busy(&who, *form).await;
        }
        let token = [("token", access.as_str())];
        assert_form_is_busy(&browser, ("/fn/inspect_token", &token)).await;
        for path in ["/api/user/profile", "/api/v1/sessions", "/api/v1/admin/sessions", "/api/v1/admin/monitor"] {
            assert_busy_json(&app.get(path).bearer(&access).send().await, path);
        }
        let inspected = app.post("/api/v1/tokens/inspect").bearer(&access).json(&json!({ "token": access })).send().await;
        assert_busy_json(&inspected, "a token");
        assert_busy_json(&app.refresh(&refresh).await, "a refresh");
        let (stream, last) = ("/api/v1/admin/monitor/stream", "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_busy_json(&app.get(stream).bearer(&access).header("last-event-id", last).send().await, stream);
        for path in ["/setup?token=x", "/verify-email?token=x", "/reset-password?token=x", "/unlock?token=x"] {
            assert_busy_page(&app.browser().get(path).await, path);
        }
        for path in ["/login", "/register", "/forgot-password"] {
            assert_eq!(waiting.get(path).await.status, 200, "{path}: what needs no database is shown");
        }
    }
}
