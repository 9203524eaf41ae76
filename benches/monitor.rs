//! Benchmarks a million live sessions on SQLite: start-up, memory, the monitor's tick, and the cost of a
//! thousand event streams to other requests. With `CLAVIGER_KILLS=200` it also kills the server that often, and
//! counts the acknowledged revocations that are lost.

use super::server::{PASSWORD, Server, median};
use claviger::server::{
    clock::Clock,
    randomness::Randomness,
    services::{
        Services,
        tokens::{Keyring, MasterSecret},
    },
    settings::{Settings, Source},
    store::Db,
};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use std::{path::Path, time::Instant};

const SESSIONS: i64 = 1_000_000;
const DUE: i64 = 1000;
const WATCHERS: usize = 1000;
const TRIES: usize = 40;

/// Fills a database and runs the benchmarks on it.
pub async fn measure() {
    let mut server = Server::start();
    server.make_user("eve", &["--verified", "--role", "admin"]);
    server.stop();
    let file = server.folder.join("claviger.db");
    fill(&file).await;
    let began = Instant::now();
    server.start_again();
    println!("start with {SESSIONS} sessions   {:8.0} ms (at most 5000)", millis(began));
    watch(&server).await;
    kill(&mut server).await;
    server.stop();
    ticks(&file).await;
}

/// Creates a million sessions of a hundred thousand users. A thousand of them expire within an hour.
async fn fill(file: &Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("the file");
    let sql = "
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 / 10)
        INSERT INTO users (id, email, email_normalized, name, created_at, updated_at)
        SELECT '02000000' || CAST(100000000000000000 + i AS TEXT), 'u' || i || '@example.com',
               'u' || i || '@example.com', 'User ' || i, 0, 0
        FROM n";
    sqlx::query(sql).bind(SESSIONS).execute(&mut connection).await.expect("users");
    let now = Clock::System.now().0;
    let hour = 3_600_000_i64;
    let sql = "
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)
        INSERT INTO sessions (id, user_id, kind, created_at, authenticated_at, methods, network, agent, device,
          last_seen_at, idle_until, ends_at, access_until)
        SELECT '01000000' || CAST(100000000000000000 + i AS TEXT),
               '02000000' || CAST(100000000000000001 + i / 10 AS TEXT), 'browser', $2, $2, 'password',
               '198.51.100.7', 'curl/8.5.0', 'curl/8.5.0', $2,
               CASE WHEN i < $3 THEN $2 + $4 ELSE $2 + 24 * $4 END, $2 + 24 * $4, $2 + $4
        FROM n";
    let query = sqlx::query(sql).bind(SESSIONS).bind(now).bind(DUE).bind(hour);
    query.execute(&mut connection).await.expect("sessions");
    connection.close().await.expect("closed");
}

/// Measures lists, memory, and sign-ins with and without open streams.
async fn watch(server: &Server) {
    let client = Client::new();
    let body = json!({ "email": "eve@example.com", "password": PASSWORD });
    let answer = client.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.expect("an answer");
    let token = answer.json::<Value>().await.expect("JSON")["token"].as_str().expect("a token").to_owned();
    let ask = async |path: &str| {
        let began = Instant::now();
        let answer = client.get(format!("{}{path}", server.url)).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.expect("a body");
        millis(began)
    };
    println!("the list's first part         {:8.1} ms", ask("/api/v1/admin/sessions").await);
    println!("the list by last use          {:8.1} ms", ask("/api/v1/admin/sessions?sort=-lastSeenAt").await);
    println!("a search of all               {:8.1} ms", ask("/api/v1/admin/sessions?search=u777@").await);
    println!("the figures                   {:8.1} ms", ask("/api/v1/admin/monitor").await);
    println!("resident                      {:8} MiB (at most 150)", server.resident_mib());
    let alone = sign_ins(server, &client).await;
    let mut streams = Vec::new();
    for _ in 0..WATCHERS {
        let url = format!("{}/api/v1/admin/monitor/stream", server.url);
        let stream = Client::new().get(url).bearer_auth(&token).send().await.expect("a stream");
        assert_eq!(stream.status(), 200);
        streams.push(stream);
    }
    let watched = sign_ins(server, &client).await;
    println!("a sign-in with {WATCHERS} streams   {:8.2} of one without", watched / alone);
    println!("resident with {WATCHERS} streams    {:8} MiB", server.resident_mib());
}

async fn sign_ins(server: &Server, client: &Client) -> f64 {
    let body = json!({ "email": "eve@example.com", "password": PASSWORD });
    let mut times = Vec::new();
    for _ in 0..TRIES {
        times.push(server.time(client, "/api/auth/login", &body).await);
    }
    median(times)
}

/// Signs out, kills the server right after the response, and counts the sessions that are live again.
async fn kill(server: &mut Server) {
    let kills = std::env::vars().find(|(name, _)| name == "CLAVIGER_KILLS").and_then(|(_, text)| text.parse().ok());
    let Some(kills) = kills else { return };
    let client = Client::new();
    let mut forgotten = 0;
    for _ in 0..kills {
        let body = json!({ "email": "eve@example.com", "password": PASSWORD });
        let answer = client.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.expect("an answer");
        let token = answer.json::<Value>().await.expect("JSON")["token"].as_str().expect("a token").to_owned();
        let out = client.post(format!("{}/api/v1/auth/logout", server.url)).bearer_auth(&token).send().await;
        assert_eq!(out.expect("an answer").status(), 204);
        server.kill();
        server.start_again();
        let asked = client.get(format!("{}/api/user/profile", server.url)).bearer_auth(&token).send().await;
        forgotten += usize::from(asked.expect("an answer").status() != 401);
    }
    println!("revocations forgotten         {forgotten:8} of {kills} kills (none)");
}

/// Measures the monitor's tick in this process: first with nothing due, then with a thousand sessions.
async fn ticks(file: &Path) {
    let db = Db::open_sqlite(file).await.expect("the file");
    let source = Source { working_dir: "/nowhere".into(), cores: 2, ..Source::default() };
    let settings = Settings::load(&source).expect("settings").settings;
    let clock = Clock::standing_at(Clock::System.now());
    let keys = Keyring::new(&MasterSecret::new(vec![1; 32]), &[]);
    let services = Services::build(db, keys, clock.clone(), Randomness::system(), &settings).await.expect("services");
    let mut idle = Vec::new();
    for _ in 0..TRIES {
        let began = Instant::now();
        assert_eq!(services.monitor.end_due().await.expect("a tick"), 0);
        services.monitor.look().await.expect("a look");
        idle.push(millis(began));
    }
    println!("a tick with nothing due       {:8.2} ms (at most 5)", median(idle));
    clock.advance(std::time::Duration::from_hours(1));
    let began = Instant::now();
    let ended = services.monitor.end_due().await.expect("a tick");
    println!("a tick with {ended} due         {:8.2} ms (at most 250)", millis(began));
    services.close(std::time::Duration::from_secs(10)).await;
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
