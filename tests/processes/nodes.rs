//! Two servers on one PostgreSQL.

use super::server::{Home, Server};
use crate::app::Database;
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};

/// The documented bound: a node that could not poll for this long rejects requests.
const BOUND: Duration = Duration::from_secs(5);
/// How long requests may take on a slow and busy machine.
const SLACK: Duration = Duration::from_mins(1);

/// A connection to another database of the server, which cutting off the test's database leaves alone.
async fn outside(home: &Home) -> (PgConnection, String) {
    let Database::Postgres { server, name, .. } = &*home.database else { panic!("PostgreSQL only") };
    (PgConnection::connect(server).await.unwrap(), name.clone())
}

async fn connections(outside: &mut PgConnection, name: &str) -> Vec<i32> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = $1";
    sqlx::query_scalar(sql).bind(name).fetch_all(outside).await.unwrap()
}

async fn allow_connections(outside: &mut PgConnection, name: &str, allowed: bool) {
    let sql = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(outside).await.unwrap();
}

/// Returns the status of a request that needs only what the node has in memory.
async fn status(server: &Server, client: &reqwest::Client, token: &str) -> u16 {
    let request = client.get(format!("{}/api/v1/admin/monitor/stream", server.url)).bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_revoked_on_one_node_is_refused_on_the_other() {
    let home = Home::new(Database::postgres().await);
    home.make_user("ada");
    let (first, second) = (home.serve(), home.serve());
    let client = reqwest::Client::new();
    for _ in 0..10 {
        let (access, refresh) = first.tokens(&client, "ada").await;
        assert_eq!(second.profile(&client, &access).await.0, 200);
        assert!(first.sign_out(&client, &access).await);
        let revoked = Instant::now();
        while second.profile(&client, &access).await.0 == 200 {
            assert!(revoked.elapsed() < BOUND + SLACK, "it is valid for longer than stated");
        }
        assert_eq!(second.profile(&client, &access).await, (401, "Token revoked".to_owned()));
        assert_eq!(second.refresh(&client, &refresh).await.unwrap().0, 401);
    }
    drop((first, second));
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_is_cut_off_refuses_all_requests_after_the_stated_bound_and_recovers() {
    let home = Home::new(Database::postgres().await);
    home.make_user("ada");
    assert!(home.run(&["user", "set-role", "ada", "admin", "user"]).status.success());
    let (mut outside, name) = outside(&home).await;
    let first = home.serve();
    let client = reqwest::Client::new();
    let (access, _) = first.tokens(&client, "ada").await;
    let of_first = connections(&mut outside, &name).await;
    let second = home.serve();
    assert_eq!(status(&second, &client, &access).await, 200);
    allow_connections(&mut outside, &name, false).await;
    for pid in connections(&mut outside, &name).await {
        if !of_first.contains(&pid) {
            sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&mut outside).await.unwrap();
        }
    }
    assert!(first.sign_out(&client, &access).await);
    let revoked = Instant::now();
    loop {
        let age = revoked.elapsed();
        match status(&second, &client, &access).await {
            503 => break,
            answer => assert_eq!(answer, 200),
        }
        assert!(age < BOUND + SLACK, "a revoked token is valid for longer than stated");
    }
    allow_connections(&mut outside, &name, true).await;
    while status(&second, &client, &access).await == 503 {}
    assert_eq!(status(&second, &client, &access).await, 401);
    drop((first, second));
    home.clean().await;
}
