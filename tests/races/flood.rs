//! Requests without authentication leave nothing behind for good.

use crate::{
    app::{PASSWORD, TestApp, TestResponse, rounds},
    on_both_databases,
};
use claviger::model::Page;
use futures::{StreamExt, stream};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};

const DAYS: u64 = 24 * 3600;

/// The REST routes that accept a body without authentication, each with a body.
fn bodies(number: usize) -> Vec<(&'static str, Value)> {
    let stranger = format!("stranger{number}@example.org");
    let known = "ada@example.com";
    vec![
        ("/api/auth/login", json!({ "email": stranger, "password": "wrong, of course" })),
        ("/api/v1/auth/login", json!({ "email": known, "password": "wrong, of course" })),
        ("/api/v1/auth/login", json!({ "username": format!("nobody{number}"), "password": "wrong, of course" })),
        ("/api/v1/auth/register", json!({ "email": stranger, "password": PASSWORD })),
        ("/api/v1/auth/register", json!({ "email": known, "password": PASSWORD })),
        ("/api/v1/auth/verify-email", json!({ "token": format!("token{number}") })),
        ("/api/v1/auth/verify-email", json!({ "email": known, "code": "12345678" })),
        ("/api/v1/auth/resend-verification", json!({ "email": format!("stranger{}@example.org", number / 2) })),
        ("/api/v1/auth/forgot-password", json!({ "email": known })),
        ("/api/v1/auth/forgot-password", json!({ "email": format!("nobody{number}@example.org") })),
        ("/api/v1/auth/reset-password", json!({ "token": "token", "password": PASSWORD })),
        ("/api/v1/auth/refresh", json!({ "refreshToken": format!("token{number}") })),
        ("/api/v1/auth/logout", json!({})),
        ("/api/v1/tokens/inspect", json!({ "token": "token" })),
    ]
}

/// Sends one request of a flood: each route in turn, each time from another address and about another person.
async fn ask(app: TestApp, number: usize) -> TestResponse {
    let from = format!("2001:db8:{:x}:{:x}::1", number % 7919, number % 31);
    let bodies = bodies(number);
    let forms: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let turn = number % (bodies.len() * 2 + forms.len() + Page::ALL.len());
    let asking = if let Some((path, body)) = bodies.get(turn / 2).filter(|_| turn < bodies.len() * 2) {
        app.post(path).json(body)
    } else if let Some(path) = forms.get(turn - bodies.len() * 2) {
        let (email, token) = (format!("form{number}@example.org"), format!("token{number}"));
        app.post(path).same_origin().form(&[
            ("email", &email),
            ("identifier", &email),
            ("username", ""),
            ("password", PASSWORD),
            ("token", &token),
            ("code", "12345678"),
            ("id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ])
    } else {
        app.get(Page::ALL[turn - bodies.len() * 2 - forms.len()].path())
    };
    asking.header("x-forwarded-for", &from).send().await
}

async fn flood(app: &TestApp, requests: usize) {
    let mut answers =
        stream::iter(0..requests).map(|number| tokio::spawn(ask(app.clone(), number))).buffer_unordered(16);
    let mut count = 0;
    while let Some(answer) = answers.next().await {
        let answer = answer.unwrap();
        assert!(answer.status < 500, "{}: {}", answer.status, answer.text);
        count += 1;
        if count % 200 == 0 {
            app.services.mail.deliver_due().await.unwrap();
            app.pass(1);
        }
    }
    app.services.mail.deliver_due().await.unwrap();
}

async fn sixty_days_later(app: &TestApp) {
    app.pass(60 * DAYS);
    app.services.monitor.end_due().await.unwrap();
    app.services.retention.sweep().await.unwrap();
}

on_both_databases! {
    async fn sixty_days_after_an_unauthenticated_flood_every_table_is_as_small_as_before(app) {
        app.user("ada").await;
        // The event that stays is the first of the chain, so that what is deleted after it is one range.
        app.pass(1);
        let app = app.restart(&[("server.trusted_proxies", "127.0.0.1/32")]).await;
        // One flood first: some rows, such as a lease, stay for good.
        flood(&app, 200).await;
        sixty_days_later(&app).await;
        let before = app.sizes().await;
        let events = app.count("SELECT count(*) FROM audit").await;
        flood(&app, rounds(2_000, 100_000)).await;
        let registered = app.count("SELECT count(*) FROM users WHERE unconfirmed_since IS NOT NULL").await;
        assert!(registered > 0 && app.sizes().await["the folder outbox"] > 0, "the flood does nothing");
        let of_ada = "SELECT count(*) FROM audit WHERE actor_kind = 'anonymous' AND subject_id =
            (SELECT id FROM users WHERE username = 'ada')";
        let hours = 2 + i64::try_from(rounds(2_000, 100_000) / 200 / 3600).unwrap();
        let kinds = 5;
        assert!(app.count(of_ada).await <= 20 * kinds * hours, "{}", app.count(of_ada).await);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE subject_id IS NULL").await, 0);
        assert!(events <= app.count("SELECT count(*) FROM audit").await);
        sixty_days_later(&app).await;
        assert_eq!(app.sizes().await, before);
    }
}
