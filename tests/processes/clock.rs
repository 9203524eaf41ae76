//! A machine whose clock is set while the server runs, by Debian's libfaketime.

use super::server::{Home, Server};
use crate::app::Database;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long the test waits, on a machine ten times slower.
const PATIENCE: Duration = Duration::from_mins(2);

/// Returns libfaketime, which replaces the wall clock of a process. The steady clock stays as it is.
fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten().map(|entry| entry.path());
    let mut found = folders.chain(["/usr/lib64".into()]).map(|folder| folder.join("faketime/libfaketime.so.1"));
    found.find(|library| library.is_file()).expect("`cargo xtask test rust` installs libfaketime")
}

/// Sets the clock of a server, as the difference from the right time.
fn set(clock: &Path, difference: &str) {
    let new = clock.with_extension("new");
    fs::write(&new, difference).unwrap();
    fs::rename(new, clock).unwrap();
}

async fn reasons(client: &reqwest::Client, server: &Server) -> Value {
    let answer = client.get(format!("{}/ready", server.url)).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["reasons"].clone()
}

async fn assert_sessions_survive(database: Database, differences: &[&str]) {
    let home = Home::new(database);
    home.make_user("ada");
    let clock = home.folder.join("clock");
    set(&clock, "+0");
    let mut server = home.serve_with(&[
        ("LD_PRELOAD", faketime().to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    let client = reqwest::Client::new();
    let (token, mut refresh_token) = server.tokens(&client, "ada").await;
    for difference in differences {
        set(&clock, difference);
        let since = Instant::now();
        while !reasons(&client, &server).await.as_array().unwrap().contains(&"clock".into()) {
            assert!(since.elapsed() < PATIENCE, "{difference} is not noticed");
        }
        assert_eq!(server.profile(&client, &token).await.0, 401, "{difference}");
        set(&clock, "+0");
        assert_eq!(server.profile(&client, &token).await, (200, String::new()), "{difference}");
        let (status, tokens) = server.refresh(&client, &refresh_token).await.unwrap();
        assert_eq!(status, 200, "{difference}: {tokens}");
        tokens["refreshToken"].as_str().unwrap().clone_into(&mut refresh_token);
    }
    assert_eq!(server.stop(), Some(0));
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_clock_that_is_set_wrong_and_right_again_on_sqlite() {
    assert_sessions_survive(Database::sqlite(), &["+40d", "-2d", "+400d"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_clock_that_is_set_wrong_and_right_again_on_postgres() {
    assert_sessions_survive(Database::postgres().await, &["+40d", "-2d", "+400d"]).await;
}
