//! Starting the server, and settings with which it refuses to start.

use super::server::Home;
use crate::app::{Database, PATIENCE};

/// Returns the error of a start in this environment, which must exit with status 1.
fn refusal(home: &Home, environment: &[(&str, &str)]) -> String {
    let output = home.command(&["serve"]).envs(environment.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{environment:?}: {text}");
    assert_eq!(text.lines().count(), 1, "one sentence: {text}");
    text
}

#[tokio::test]
async fn a_bad_or_unknown_setting_prevents_the_start_and_is_named() {
    let home = Home::new(Database::sqlite());
    for (name, value) in [
        ("CLAVIGER_TOKENS__ACCESS_TTL", "soon"),
        ("CLAVIGER_TOKENS__JWT_SECRET", ""),
        ("CLAVIGER_TOKENS__JWT_SECRET", "secret"),
        ("CLAVIGER_TOKENS__JWT_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("CLAVIGER_TOKENS__JWT_SECRET", "B8ksgglY+hE/jgVjtOlHDKYm21RuA8M58JUaToPeoA=="),
        ("CLAVIGER_NO__SUCH_KEY", "1"),
        ("CLAVIGER_SERVER__PUBLIC_URL", "http://id.example.com"),
    ] {
        assert!(refusal(&home, &[(name, value)]).contains(name), "{name}={value}");
    }
    let mut server = home.command(&["config"]);
    assert!(server.env("CLAVIGER_HOME", "ignored").output().unwrap().status.success());
    home.clean().await;
}

#[tokio::test]
async fn a_foreign_key_prevents_the_start_unless_the_old_one_is_kept() {
    let (old, new) = ("mZ3vXh0pQ9sT2wYb5eJ8kLrN1uCxD4fG6iHoAaSgVtM=", "Qf7Tz1yKp4mB9xWc2nVh6uJd8sGe3rLa5iOoYtUqXkE=");
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = Home::new(database);
        let user = ["user", "list"];
        let setup = ["setup-link"];
        assert!(home.command(&setup).env("CLAVIGER_TOKENS__JWT_SECRET", old).output().unwrap().status.success());
        assert!(refusal(&home, &[("CLAVIGER_TOKENS__JWT_SECRET", new)]).contains("tokens.jwt_previous"));
        let rotated = [("CLAVIGER_TOKENS__JWT_SECRET", new), ("CLAVIGER_TOKENS__JWT_PREVIOUS", old)];
        assert!(home.command(&user).envs(rotated).output().unwrap().status.success());
        assert!(home.command(&user).env("CLAVIGER_TOKENS__JWT_SECRET", new).output().unwrap().status.success());
        home.clean().await;
    }
}

#[tokio::test]
async fn an_unsafe_setup_is_warned_about_at_the_start() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let home = Home::new(Database::sqlite());
    assert!(!home.serve().greeting.contains("WARN"), "nothing to say about the defaults");
    let key = home.folder.join("jwt.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let fix = format!("chmod 600 {}", key.display());
    let greeting = home.serve().greeting.clone();
    assert!(greeting.contains("WARN") && greeting.contains(&fix), "{greeting}");
    let mut command = home.command(&["serve"]);
    command.env("LEPTOS_SITE_ADDR", "0.0.0.0:0").env("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.com");
    command.env("CLAVIGER_TOKENS__JWT_SECRET", fs::read_to_string(&key).unwrap().trim());
    let greeting = Home::start(command).greeting.clone();
    assert!(greeting.contains("https://id.example.com") && greeting.contains("0.0.0.0:0"), "{greeting}");
    assert!(greeting.contains("trusted_proxies") && !greeting.contains(&fix), "{greeting}");
    home.clean().await;
}

#[tokio::test]
async fn an_environment_file_in_the_working_folder_is_read() {
    use std::fs;
    let home = Home::new(Database::sqlite());
    let (key, file) = ("Qf7Tz1yKp4mB9xWc2nVh6uJd8sGe3rLa5iOoYtUqXkE=", home.folder.join(".env"));
    fs::write(&file, format!("CLAVIGER_TOKENS__JWT_SECRET={key}\nCLAVIGER_LIMITS__API='7/1m'\n")).unwrap();
    let listing = String::from_utf8(home.run(&["config"]).stdout).unwrap();
    let line = |name: &str| listing.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("tokens.jwt_secret").contains("***") && line("tokens.jwt_secret").contains(".env"), "{listing}");
    assert!(line("limits.api ").contains("7/1m") && !listing.contains(key), "{listing}");
    assert!(home.serve().greeting.contains("chmod 600 .env"));
    fs::write(&file, "CLAVIGER_NO__SUCH_KEY=1\n").unwrap();
    assert!(refusal(&home, &[]).contains("`CLAVIGER_NO__SUCH_KEY` in .env"));
    fs::write(&file, format!("A=1\nCLAVIGER_TOKENS__JWT_SECRET '{key}\n")).unwrap();
    let text = refusal(&home, &[]);
    assert!(text.contains(".env is not valid: line 2") && !text.contains(key), "{text}");
    home.clean().await;
}

#[tokio::test]
async fn on_postgres_the_key_must_be_set() {
    let home = Home::new(Database::postgres().await);
    let output = home.command(&["serve"]).env_remove("CLAVIGER_TOKENS__JWT_SECRET").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("jwt_secret"));
    home.clean().await;
}

#[tokio::test]
async fn a_fresh_start_prints_a_set_up_link_and_keeps_its_key_to_itself() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new(Database::sqlite());
    let output = home.run(&["setup-link"]);
    let link = String::from_utf8(output.stdout).unwrap();
    assert!(link.starts_with("http://127.0.0.1:3000/setup?token="), "{link}");
    for file in ["jwt.key", "claviger.db"] {
        let mode = std::fs::metadata(home.folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    home.make_user("ada");
    home.run(&["user", "set-role", "ada", "admin"]);
    assert_eq!(home.run(&["setup-link"]).status.code(), Some(1));
    home.clean().await;
}

#[tokio::test]
async fn a_server_that_gets_a_signal_stops_cleanly() {
    let home = Home::new(Database::sqlite());
    let mut server = home.serve();
    let answer = reqwest::get(format!("{}/health", server.url)).await.unwrap();
    let health: serde_json::Value = answer.json().await.unwrap();
    assert_eq!((health["status"].as_str(), health["database"].as_str()), (Some("healthy"), Some("connected")));
    let ready = reqwest::get(format!("{}/ready", server.url)).await.unwrap();
    assert_eq!(ready.status(), 200);
    assert_eq!(server.stop(), Some(0));
    home.clean().await;
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let home = Home::new(Database::sqlite());
    let server = home.serve();
    let address = server.url.trim_start_matches("http://").to_owned();
    let output = home.command(&["serve"]).env("LEPTOS_SITE_ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&address));
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    use tokio::io::AsyncReadExt;
    let home = Home::new(Database::sqlite());
    let server = home.serve();
    let mut silent = tokio::net::TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    let mut nothing = [0];
    let closed = tokio::time::timeout(PATIENCE, silent.read(&mut nothing)).await;
    assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn after_a_stop_the_database_is_a_single_file() {
    let home = Home::new(Database::sqlite());
    let mut server = home.serve();
    home.make_user("ada");
    assert_eq!(server.stop(), Some(0));
    let log = home.folder.join("claviger.db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |file| file.len()), 0);
    home.clean().await;
}

/// Streams never end on their own, and a shutdown lets requests finish.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_event_streams() {
    let home = Home::new(Database::sqlite());
    home.make_user("eve");
    assert!(home.run(&["user", "set-role", "eve", "admin", "user"]).status.success());
    let mut server = home.serve();
    let client = reqwest::Client::new();
    let (token, _) = server.tokens(&client, "eve").await;
    let stream = client.get(format!("{}/api/v1/admin/monitor/stream", server.url)).bearer_auth(token);
    let stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert_eq!(server.stop(), Some(0));
    assert!(stream.text().await.is_ok(), "the stream has come to its end");
    home.clean().await;
}
