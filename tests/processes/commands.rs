//! The command line, alone and next to a running server.

use super::server::Home;
use crate::app::{Database, PASSWORD, PATIENCE};
use std::{process::Output, time::Instant};

const TOO_PERSONAL: &str = "This password is too easy to guess. Leave out names and email addresses.";

fn stdout_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn home_of(database: Database) -> Home {
    let home = Home::new(database);
    home.make_user("ada");
    home
}

/// Runs a command next to a running server, and checks that the server then rejects the token.
async fn assert_revokes_at_once(database: Database, words: &[&str]) {
    let home = home_of(database);
    let server = home.serve();
    let client = reqwest::Client::new();
    let (access, _) = server.tokens(&client, "ada").await;
    assert_eq!(server.profile(&client, &access).await.0, 200);
    let done = home.run(words);
    assert!(done.status.success(), "{}", stderr_of(&done));
    let began = Instant::now();
    while server.profile(&client, &access).await != (401, "Token revoked".to_owned()) {
        assert!(began.elapsed() < PATIENCE, "{words:?} does not act");
    }
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn a_name_that_matches_two_users_is_refused() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = home_of(database);
        home.make_user("bob");
        let shown = stdout_of(&home.run(&["user", "show", " ADA@example.com "]));
        let id = shown.lines().next().and_then(|line| line.split_whitespace().nth(1)).unwrap().to_owned();
        assert!(home.run(&["user", "show", &id.to_lowercase()]).status.success());
        home.database
            .run(
                "UPDATE users SET username = (SELECT id FROM users AS ada WHERE ada.email = 'ada@example.com'),
                    username_normalized = (SELECT lower(id) FROM users AS ada WHERE ada.email = 'ada@example.com')
                 WHERE email = 'bob@example.com'",
            )
            .await;
        for who in [id.clone(), id.to_lowercase()] {
            let banned = home.run(&["user", "ban", &who]);
            let sentence = "claviger: This is the id of ada@example.com and the username of bob@example.com: \
                            say the email address instead\n";
            assert_eq!((banned.status.code(), stderr_of(&banned).as_str()), (Some(1), sentence));
        }
        assert_eq!(home.database.count("SELECT count(*) FROM users WHERE status = 'banned'").await, 0);
        assert!(home.run(&["user", "ban", "<bob@example.com>"]).status.success());
        let own = "UPDATE users SET username = id, username_normalized = lower(id) WHERE email = 'ada@example.com'";
        home.database.run("UPDATE users SET username = NULL, username_normalized = NULL").await;
        home.database.run(own).await;
        assert!(home.run(&["user", "ban", &id]).status.success(), "one's own id is not ambiguous");
        home.clean().await;
    }
}

#[tokio::test]
async fn a_ban_next_to_a_running_server_takes_effect_on_sqlite() {
    assert_revokes_at_once(Database::sqlite(), &["user", "ban", "ada", "--reason", "spam"]).await;
}

#[tokio::test]
async fn a_ban_next_to_a_running_server_takes_effect_on_postgres() {
    assert_revokes_at_once(Database::postgres().await, &["user", "ban", "ada@example.com"]).await;
}

#[tokio::test]
async fn a_deletion_next_to_a_running_server_takes_effect_on_both() {
    assert_revokes_at_once(Database::sqlite(), &["user", "delete", "ada"]).await;
    assert_revokes_at_once(Database::postgres().await, &["user", "delete", "ada"]).await;
}

#[tokio::test]
async fn a_change_of_roles_next_to_a_running_server_takes_effect() {
    assert_revokes_at_once(Database::sqlite(), &["user", "set-role", "ada", "admin", "user"]).await;
}

#[tokio::test]
async fn a_user_is_created_shown_changed_and_deleted() {
    let home = Home::new(Database::sqlite());
    assert!(home.run(&["migrate"]).status.success());
    assert_eq!(stdout_of(&home.run(&["user", "list"])), "There are no users yet.\n");
    let id = home.make_user("ada");
    for who in [id.as_str(), "ada", "ADA@example.com"] {
        assert!(stdout_of(&home.run(&["user", "show", who])).contains(&id), "{who}");
    }
    let listed: serde_json::Value = serde_json::from_slice(&home.run(&["user", "list", "--json"]).stdout).unwrap();
    assert_eq!(listed[0]["email"], "ada@example.com");
    assert_eq!(listed[0]["roles"], serde_json::json!(["user"]));
    assert_eq!(stdout_of(&home.run(&["user", "set-role", "ada", "admin"])), "ada@example.com has the new roles.\n");
    assert_eq!(stdout_of(&home.run(&["user", "unlock", "ada"])), "There was no lock.\n");
    assert_eq!(home.run(&["user", "verify", "ada"]).status.code(), Some(0));
    let changed = home.run_with_password(&["user", "set-password", "ada", "--password-stdin"], "another good password");
    assert_eq!(changed.status.code(), Some(0), "{}", stderr_of(&changed));
    for words in [["user", "ban", "ada"], ["user", "delete", "ada"]] {
        let refused = home.run(&words);
        assert_eq!(refused.status.code(), Some(1));
        assert_eq!(stderr_of(&refused), "claviger: The last administrator can't be demoted, banned or deleted\n");
    }
    home.make_user("grace");
    home.run(&["user", "set-role", "grace", "admin"]);
    assert_eq!(stdout_of(&home.run(&["user", "ban", "ada"])), "ada@example.com is banned.\n");
    assert!(stdout_of(&home.run(&["user", "show", "ada"])).contains("banned"));
    assert_eq!(stdout_of(&home.run(&["user", "unban", "ada"])), "ada@example.com may sign in again.\n");
    assert_eq!(stdout_of(&home.run(&["user", "delete", "ada"])), "ada@example.com is deleted.\n");
    assert_eq!(stderr_of(&home.run(&["user", "show", "ada"])), "claviger: There is no such user\n");
    home.clean().await;
}

#[tokio::test]
async fn an_error_is_one_sentence_with_status_1_and_wrong_usage_is_status_2() {
    let home = home_of(Database::sqlite());
    let create = |email: &str, password: &str| {
        home.run_with_password(&["user", "create", "--email", email, "--password-stdin"], password)
    };
    let set_password =
        |password: &str| home.run_with_password(&["user", "set-password", "ada", "--password-stdin"], password);
    for (output, sentence) in [
        (create("no address", PASSWORD), "--email is not an email address"),
        (create("b@example.com", "short"), "Use at least 8 characters."),
        (create("b@example.com", "password12345678"), "This password is too common. Choose a different one."),
        (create("bo.b@example.com", "bo.b12345678901"), TOO_PERSONAL),
        (set_password("ada12345678901"), TOO_PERSONAL),
        (create("ADA@example.com", PASSWORD), "The email address or username is taken"),
        (home.run(&["user", "set-role", "ada", "emperor"]), "There is no role \"emperor\""),
        (home.run(&["user", "unban", "nobody"]), "There is no such user"),
        (
            home.run(&["user", "ban", "ada", "--until", "2020-01-01T00:00:00Z"]),
            "--until lies in the past: nobody would be kept out",
        ),
    ] {
        assert_eq!((output.status.code(), stderr_of(&output)), (Some(1), format!("claviger: {sentence}\n")));
    }
    for words in
        [&["user", "create"][..], &["no-such-command"], &["user", "ban"], &["user", "ban", "ada", "--until", "soon"]]
    {
        assert_eq!(home.run(words).status.code(), Some(2), "{words:?}");
    }
    home.clean().await;
}

#[tokio::test]
async fn only_one_final_newline_of_the_password_is_dropped() {
    let home = Home::new(Database::sqlite());
    let words = ["user", "create", "--email", "ada@example.com", "--verified", "--password-stdin"];
    // `run_with_password` writes one more newline.
    assert!(home.run_with_password(&words, " pass word \n").status.success());
    let server = home.serve();
    let client = reqwest::Client::new();
    for (password, status) in [(" pass word \n", 200), (" pass word ", 400), ("pass word", 400)] {
        let body = serde_json::json!({ "email": "ada@example.com", "password": password });
        let answer = client.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{password:?}");
    }
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn migrate_says_what_it_did_and_two_at_once_do_not_conflict() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = Home::new(database);
        let both: Vec<_> = (0..2)
            .map(|_| {
                home.command(&["migrate"])
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in both {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", stderr_of(&output));
        }
        assert_eq!(stdout_of(&home.run(&["migrate"])), "The database is of this version already.\n");
        home.clean().await;
    }
}

#[tokio::test]
async fn every_command_says_in_one_sentence_that_the_database_needs_a_newer_version() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = home_of(database);
        home.database.run("UPDATE compatibility SET schema = 9999, version = '9.8.7'").await;
        for words in [&["serve"][..], &["migrate"], &["user", "list"], &["setup-link"]] {
            let output = home.run(words);
            assert!(!output.status.success());
            let lines = stderr_of(&output);
            let lines = lines.lines().last().unwrap_or_default();
            let ours = format!("this is Claviger {}", env!("CARGO_PKG_VERSION"));
            for part in ["it needs Claviger 9.8.7 or later (migration 9999)", &ours, "upgrade Claviger"] {
                assert!(lines.contains(part), "{words:?}: {lines}");
            }
        }
        home.clean().await;
    }
}

#[tokio::test]
async fn config_shows_the_source_of_each_setting_and_no_secret() {
    let home = Home::new(Database::sqlite());
    let secret = "mZ3vXh0pQ9sT2wYb5eJ8kLrN1uCxD4fG6iHoAaSgVtM=";
    let output = home
        .command(&["config", "--set", "tokens.access_ttl=5m"])
        .env("CLAVIGER_TOKENS__JWT_SECRET", secret)
        .output()
        .unwrap();
    let text = stdout_of(&output);
    assert!(!text.contains(secret));
    let line = |key: &str| {
        text.lines().find(|line| line.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("tokens.jwt_secret"), "tokens.jwt_secret *** environment CLAVIGER_TOKENS__JWT_SECRET");
    assert_eq!(line("tokens.access_ttl"), "tokens.access_ttl 5m flag --set tokens.access_ttl");
    assert_eq!(line("tokens.refresh_ttl"), "tokens.refresh_ttl 7d default");
    home.clean().await;
}
