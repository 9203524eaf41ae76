//! `kill -9` in the middle of a job: the rest is done after a restart, and nothing twice.

use super::server::{Home, Server};
use crate::app::{Database, PASSWORD, PATIENCE};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const USERS: i64 = 400;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_goes_on_where_the_server_was_killed_on_sqlite() {
    assert_goes_on(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_goes_on_where_the_server_was_killed_on_postgres() {
    assert_goes_on(Database::postgres().await).await;
}

async fn assert_goes_on(database: Database) {
    let home = Home::new(database);
    let words = ["user", "create", "--email", "eve@example.com", "--verified", "--role", "admin", "--password-stdin"];
    assert!(home.run_with_password(&words, PASSWORD).status.success());
    home.database
        .run(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 400)
             INSERT INTO users (id, email, email_normalized, name, name_normalized, created_at, updated_at)
             SELECT '02000000000000000000' || CAST(100000 + n AS TEXT), 'u' || n || '@example.org',
                    'u' || n || '@example.org', 'U', 'u', 1000, 1000
             FROM numbers;
             UPDATE counters SET value = 400 WHERE name = 'users_without_words'",
        )
        .await;
    let client = reqwest::Client::new();
    let mut server = home.serve();
    let (token, _) = server.tokens(&client, "eve").await;
    let body = json!({ "action": "ban", "filter": { "search": "example.org" } });
    let order = client.post(format!("{}/api/v1/users/bulk", server.url)).bearer_auth(&token).json(&body);
    let order = order.send().await.unwrap();
    assert_eq!(order.status().as_u16(), 202);
    let path = order.headers()["location"].to_str().unwrap().to_owned();
    let killed_at = wait_for(&server, &client, &token, &path, |job| job["succeeded"].as_i64() >= Some(20)).await;
    server.kill();
    assert!(killed_at["succeeded"].as_i64() < Some(USERS), "it was killed in the middle: {killed_at}");
    let server = home.serve();
    let job = wait_for(&server, &client, &token, &path, |job| job["finishedAt"].is_string()).await;
    assert_eq!((&job["state"], &job["total"], &job["succeeded"]), (&json!("done"), &json!(USERS), &json!(USERS)));
    drop(server);
    let count = async |sql: &'static str| home.database.count(sql).await;
    assert_eq!(count("SELECT count(*) FROM users WHERE status = 'banned'").await, USERS);
    assert_eq!(count("SELECT count(*) FROM audit WHERE action = 'user.banned'").await, USERS, "each once");
    assert_eq!(count("SELECT count(*) FROM users WHERE status = 'banned' AND version <> 2").await, 0);
    home.clean().await;
}

/// Asks for a job until it is as wanted.
async fn wait_for(
    server: &Server,
    client: &reqwest::Client,
    token: &str,
    path: &str,
    is_wanted: impl Fn(&Value) -> bool,
) -> Value {
    let began = Instant::now();
    loop {
        let answer = client.get(format!("{}{path}", server.url)).bearer_auth(token).send().await.unwrap();
        let job: Value = answer.json().await.unwrap();
        if is_wanted(&job) {
            return job;
        }
        assert!(began.elapsed() < PATIENCE, "{job}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
