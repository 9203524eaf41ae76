//! Settings with which a start fails: each has its own message, with the place and the fix.

use super::server::Home;
use crate::app::Database;
use std::{fs, os::unix::fs::PermissionsExt};

const KEY: &str = "mZ3vXh0pQ9sT2wYb5eJ8kLrN1uCxD4fG6iHoAaSgVtM=";

/// Runs a command in this environment. Expects status 1 and returns the one-line error.
fn complaint(home: &Home, words: &[&str], environment: &[(&str, &str)]) -> String {
    let output = home.command(words).envs(environment.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words:?} {environment:?}: {text}");
    assert_eq!(text.lines().count(), 1, "one sentence: {text}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    text
}

fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

/// Returns the file names in the folder.
fn file_names(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(&home.folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn every_command() -> [&'static [&'static str]; 3] {
    [&["serve"], &["user", "list"], &["migrate"]]
}

#[tokio::test]
async fn a_damaged_file_and_a_folder_in_its_place_are_distinguished() {
    let home = Home::new(Database::sqlite());
    let file = home.folder.join("claviger.db");
    let place = file.display().to_string();
    fs::write(&file, "this is no database, and long enough to be read as the head of one ".repeat(100)).unwrap();
    for words in every_command() {
        assert_says(&complaint(&home, words, &[]), &[&place, "damaged", "restore it from a backup"]);
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    for words in every_command() {
        assert_says(&complaint(&home, words, &[]), &[&place, "it is a folder", "database.url"]);
    }
    assert!(!home.folder.join("jwt.key").exists(), "no key is made for what can't be opened");
    home.clean().await;
}

#[tokio::test]
async fn an_impossible_data_folder_is_named() {
    let home = Home::new(Database::sqlite());
    fs::write(home.folder.join("file"), "").unwrap();
    for folder in [home.folder.join("file"), home.folder.join("file/below"), "/proc/claviger".into()] {
        let folder = folder.display().to_string();
        let url = format!("sqlite://{folder}/claviger.db");
        for environment in [
            &[("CLAVIGER_SERVER__DATA_DIR", folder.as_str()), ("CLAVIGER_DATABASE__URL", url.as_str())][..],
            &[("CLAVIGER_SERVER__DATA_DIR", folder.as_str())],
        ] {
            assert_says(&complaint(&home, &["serve"], environment), &[&folder, "server.data_dir"]);
        }
    }
    home.clean().await;
}

#[tokio::test]
async fn on_postgres_a_wrong_password_a_missing_database_and_an_unreachable_server_are_distinguished() {
    let home = Home::new(Database::postgres().await);
    let url = home.database.url();
    let (server, _) = url.rsplit_once('/').unwrap();
    let (_, address) = server.rsplit_once('@').unwrap();
    let missing = format!("{server}/no_such_database");
    let unknown = format!("postgres://nobody_at_all:hush@{address}/postgres");
    let away = "postgres://claviger:hush@127.0.0.1:1/accounts".to_owned();
    for words in every_command() {
        for (url, parts) in [
            (&missing, &["no_such_database", "createdb", address][..]),
            (&unknown, &["nobody_at_all", "password", "pg_hba.conf", address]),
            (&away, &["127.0.0.1:1", "can't be reached"]),
        ] {
            let text = complaint(&home, words, &[("CLAVIGER_DATABASE__URL", url)]);
            assert_says(&text, parts);
            assert!(!text.contains("hush"), "{text}");
        }
    }
    home.clean().await;
}

#[tokio::test]
async fn a_key_missing_next_to_its_database_is_never_created_again() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let key = home.folder.join("jwt.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    for words in [&["serve"][..], &["user", "list"], &["setup-link"]] {
        assert_says(&complaint(&home, words, &[]), &[&key.display().to_string(), "is missing", "restore"]);
        assert!(!key.exists(), "{words:?}");
    }
    fs::write(&key, kept).unwrap();
    assert!(home.run(&["user", "show", "ada"]).status.success());
    home.clean().await;
}

#[tokio::test]
async fn a_new_installation_never_starts_silently_next_to_an_old_key() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let (key, file) = (home.folder.join("jwt.key"), home.folder.join("claviger.db"));
    for entry in file_names(&home).iter().filter(|name| name.starts_with("claviger.db")) {
        fs::remove_file(home.folder.join(entry)).unwrap();
    }
    for is_empty in [false, true] {
        if is_empty {
            fs::write(&file, "").unwrap();
        }
        for words in [&["serve"][..], &["migrate"], &["setup-link"]] {
            let text = complaint(&home, words, &[]);
            let places = [key.display().to_string(), file.display().to_string()];
            assert_says(&text, &[&places[0], &places[1], "restore the database", "move the key away"]);
            assert_eq!(fs::metadata(&file).map_or(0, |file| file.len()), 0, "{words:?}");
        }
    }
    fs::remove_file(&key).unwrap();
    assert_eq!(home.serve().stop(), Some(0), "then it starts over");
    home.clean().await;
}

#[tokio::test]
async fn a_database_without_our_tables_next_to_a_key_is_not_a_new_installation() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let file = home.folder.join("claviger.db");
    for sql in ["VACUUM", "CREATE TABLE theirs (id TEXT)"] {
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", file.display()));
        }
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let mut other = sqlx::ConnectOptions::connect(&options.pragma("user_version", "7")).await.unwrap();
        sqlx::query(sql).execute(&mut other).await.unwrap();
        sqlx::Connection::close(other).await.unwrap();
        for words in [&["serve"][..], &["migrate"], &["setup-link"]] {
            assert_says(&complaint(&home, words, &[]), &["jwt.key", "restore the database", "move the key away"]);
        }
        assert_says(&complaint(&home, &["user", "list"], &[]), &["no Claviger database"]);
    }
    home.clean().await;
}

#[tokio::test]
async fn a_key_that_is_not_text_or_is_a_folder_is_damaged() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let key = home.folder.join("jwt.key");
    fs::write(&key, [0xff; 48]).unwrap();
    assert_says(&complaint(&home, &["serve"], &[]), &[&key.display().to_string(), "is not a key", "restore it"]);
    fs::remove_file(&key).unwrap();
    fs::create_dir(&key).unwrap();
    assert_says(&complaint(&home, &["serve"], &[]), &[&key.display().to_string(), "is not a key", "restore it"]);
    home.clean().await;
}

#[tokio::test]
async fn a_server_whose_database_file_was_replaced_stops_using_the_old_one() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let server = home.serve();
    let client = reqwest::Client::new();
    let (token, _) = server.tokens(&client, "ada").await;
    let file = home.folder.join("claviger.db");
    let copy = home.folder.join("backup.db");
    fs::copy(&file, &copy).unwrap();
    fs::rename(&copy, &file).unwrap();
    let ready = async || client.get(format!("{}/ready", server.url)).send().await.unwrap().status().as_u16();
    let began = std::time::Instant::now();
    while ready().await != 503 || server.profile(&client, &token).await.0 != 503 {
        assert!(began.elapsed() < crate::app::PATIENCE, "no one notices");
    }
    assert_eq!(server.log_in(&client, "ada@example.com", crate::app::PASSWORD).await.0, 503);
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn a_command_in_the_wrong_folder_creates_nothing_and_says_so() {
    let commands: [&[&str]; 9] = [
        &["user", "list"],
        &["user", "list", "--json"],
        &["user", "show", "ada"],
        &["user", "ban", "ada"],
        &["user", "unban", "ada"],
        &["user", "unlock", "ada"],
        &["user", "verify", "ada"],
        &["user", "set-role", "ada", "admin"],
        &["user", "delete", "ada"],
    ];
    let home = Home::new(Database::sqlite());
    let place = home.folder.join("claviger.db").display().to_string();
    for words in commands {
        assert_says(&complaint(&home, words, &[]), &[&place, "no Claviger database", "claviger serve"]);
        assert_eq!(file_names(&home), Vec::<String>::new(), "{words:?}");
    }
    let elsewhere = home.folder.join("elsewhere").display().to_string();
    let url = format!("sqlite://{elsewhere}/claviger.db");
    let environment = [("CLAVIGER_SERVER__DATA_DIR", elsewhere.as_str()), ("CLAVIGER_DATABASE__URL", url.as_str())];
    complaint(&home, &["user", "list"], &environment);
    assert_eq!(file_names(&home), Vec::<String>::new());
    home.clean().await;
    let home = Home::new(Database::postgres().await);
    for words in commands {
        assert_says(&complaint(&home, words, &[]), &["no Claviger database", "claviger_test_"]);
    }
    assert!(home.run(&["migrate"]).status.success());
    assert!(home.run(&["user", "list"]).status.success());
    home.clean().await;
}

#[tokio::test]
async fn migrate_says_that_it_created_a_new_database() {
    let home = Home::new(Database::sqlite());
    let place = home.folder.join("claviger.db").display().to_string();
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    assert_says(&said(&home.run(&["migrate"])), &[&place, "Created a new database"]);
    assert_eq!(said(&home.run(&["migrate"])), "Database is up to date.\n");
    home.clean().await;
}

#[tokio::test]
async fn two_servers_never_share_a_file_and_commands_work_next_to_one() {
    let home = Home::new(Database::sqlite());
    let server = home.serve();
    let place = home.folder.join("claviger.db");
    assert_says(&complaint(&home, &["serve"], &[]), &[&place.display().to_string(), "another server is already using"]);
    // The same file under another name, from another data folder.
    let other = Home::new(Database::sqlite());
    let link = other.folder.join("link.db");
    std::os::unix::fs::symlink(&place, &link).unwrap();
    let url = format!("sqlite://{}", link.display());
    let key = fs::read_to_string(home.folder.join("jwt.key")).unwrap();
    let environment = [("CLAVIGER_DATABASE__URL", url.as_str()), ("CLAVIGER_TOKENS__JWT_SECRET", key.trim())];
    assert_says(&complaint(&other, &["serve"], &environment), &["another server is already using"]);
    home.make_user("ada");
    assert!(home.run(&["user", "show", "ada"]).status.success());
    drop(server);
    assert_eq!(home.serve().stop(), Some(0), "a killed server leaves no lock behind");
    home.clean().await;
    other.clean().await;
}

#[tokio::test]
async fn a_file_size_limit_does_not_end_the_server() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    // `ulimit -f` counts blocks of 512 bytes or 1 KiB: the write-ahead log exceeds it, if not the file itself.
    let server = home.serve_within("-f 800");
    let client = reqwest::Client::new();
    let mut refused = 0;
    for number in 0..60 {
        let body =
            serde_json::json!({ "email": format!("ada{number}@example.com"), "password": "correct horse battery" });
        let status = server.post(&client, "/api/v1/auth/register", None, &body).await;
        assert!(matches!(status, Some(202 | 503)), "{status:?}");
        refused += usize::from(status == Some(503));
    }
    let health = reqwest::get(format!("{}/health", server.url)).await.unwrap();
    assert!(matches!(health.status().as_u16(), 200 | 503), "it lives");
    assert!(refused > 0, "the limit was never reached");
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn a_file_without_write_permission_is_named() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let file = home.folder.join("claviger.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    // Root can write to any file.
    if fs::OpenOptions::new().append(true).open(&file).is_err() {
        let text = complaint(&home, &["serve"], &[("CLAVIGER_TOKENS__JWT_SECRET", KEY)]);
        assert_says(&text, &[&file.display().to_string(), "may not write", "writable"]);
    }
    home.clean().await;
}
