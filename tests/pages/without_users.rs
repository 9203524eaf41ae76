//! While there is no user, every page says how to set the server up, and no one can register.

use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::{ADMIN, Page},
    server::domain::UserChange,
};
use serde_json::json;

fn has_form(page: &str) -> bool {
    ["name=\"password\"", "name=\"identifier\"", "name=\"email\""].iter().any(|field| page.contains(field))
}

fn assert_explains_set_up(answer: &TestResponse, path: &str) {
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.text.contains("<h1>Set up Claviger</h1>"), "{path}: {}", answer.text);
    assert!(answer.text.contains("claviger setup-link") && !has_form(&answer.text), "{path}: {}", answer.text);
}

async fn register(app: &TestApp) -> TestResponse {
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    app.post("/api/v1/auth/register").json(&body).send().await
}

on_both_databases! {
    async fn every_page_says_how_to_set_the_server_up(app) {
        let app = app.emptied().await;
        for path in Page::ALL.iter().map(|page| page.path()) {
            for query in ["", "?next=%2Faccount", "?invitation=x", "?sent=1"] {
                assert_explains_set_up(&app.browser().get(&format!("{path}{query}")).await, path);
            }
        }
        for path in ["/", "/nowhere", "/admin/nowhere"] {
            let answer = app.get(path).send().await;
            assert_eq!((answer.status, answer.header("location")), (303, "/setup"), "{path}");
        }
        assert_eq!(app.get("/health").send().await.status, 200);
        assert_eq!(app.get("/api/v1/nowhere").send().await.status, 404);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "Invalid email or password");
    }

    async fn only_a_valid_link_shows_a_form(app) {
        let app = app.emptied().await;
        let link = app.services.set_up.link().await.unwrap().unwrap();
        let link = link.strip_prefix("http://127.0.0.1:3000").unwrap();
        assert!(app.get(link).send().await.text.contains("name=\"password\""));
        let dead = app.get("/setup?token=x").send().await.text;
        assert!(dead.contains("claviger setup-link") && !has_form(&dead), "{dead}");
    }

    async fn no_one_registers_before_there_is_a_user(app) {
        let app = app.emptied().await;
        let refused = register(&app).await;
        assert_eq!((refused.status, refused.error().as_str()), (403, "Registration is closed"));
        let browser = app.browser();
        let fields = [("email", "ada@example.com"), ("name", "Ada"), ("username", ""), ("password", PASSWORD)];
        browser.post("/fn/register", &fields).await;
        assert_eq!(app.count("SELECT count(*) FROM users").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM outbox").await, 0);
    }

    async fn with_the_first_user_every_node_works_as_usual(app) {
        let app = app.emptied().await;
        let other = app.restart(&[]).await;
        for node in [&app, &other] {
            assert_explains_set_up(&node.browser().get("/login").await, "before");
        }
        // Created as the command line does it, outside both nodes.
        let root = app.restart(&[]).await.user("root").await;
        for node in [&app, &other] {
            let page = node.browser().get("/login").await.text;
            assert!(page.contains("name=\"identifier\"") && page.contains("href=\"/register\""), "{page}");
            assert_eq!(node.get("/nowhere").send().await.status, 404);
            assert_eq!(register(node).await.status, 202);
        }
        app.change(root.id, UserChange::Roles(vec![ADMIN.into()])).await;
        assert!(app.browser().get("/setup").await.text.contains("Claviger is already set up"));
    }
}
