//! The command line, alone and next to a running server.

use super::server::Home;
use crate::app::{Database, PASSWORD, PATIENCE};
use std::{process::Output, time::Instant};

const TOO_PERSONAL: &str = "this password is too easy to guess; leave out names and email addresses";

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
            let sentence = "error: this is the id of ada@example.com and the username of bob@example.com: \
                            use the email address instead\n";
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
    assert_eq!(
        stdout_of(&home.run(&["user", "list"])),
        "No users yet. Create one with `claviger user create`, or open the link that `claviger setup-link` prints.\n"
    );
    let id = home.make_user("ada");
    for who in [id.as_str(), "ada", "ADA@example.com"] {
        assert!(stdout_of(&home.run(&["user", "show", who])).contains(&id), "{who}");
    }
    let listed: serde_json::Value = serde_json::from_slice(&home.run(&["user", "list", "--json"]).stdout).unwrap();
    assert_eq!(listed[0]["email"], "ada@example.com");
    assert_eq!(listed[0]["roles"], serde_json::json!(["user"]));
    assert_eq!(stdout_of(&home.run(&["user", "set-role", "ada", "admin"])), "Roles of ada@example.com set to admin.\n");
    assert_eq!(stdout_of(&home.run(&["user", "unlock", "ada"])), "ada@example.com is not locked.\n");
    assert_eq!(home.run(&["user", "verify", "ada"]).status.code(), Some(0));
    let changed = home.run_with_password(&["user", "set-password", "ada", "--password-stdin"], "another good password");
    assert_eq!(changed.status.code(), Some(0), "{}", stderr_of(&changed));
    for words in [["user", "ban", "ada"], ["user", "delete", "ada"]] {
        let refused = home.run(&words);
        assert_eq!(refused.status.code(), Some(1));
        let sentence = "error: can't remove the last administrator: make another user an administrator first\n";
        assert_eq!(stderr_of(&refused), sentence);
    }
    home.make_user("grace");
    home.run(&["user", "set-role", "grace", "admin"]);
    assert_eq!(stdout_of(&home.run(&["user", "ban", "ada"])), "Banned ada@example.com.\n");
    assert!(stdout_of(&home.run(&["user", "show", "ada"])).contains("banned"));
    assert_eq!(stdout_of(&home.run(&["user", "unban", "ada"])), "Unbanned ada@example.com.\n");
    assert_eq!(stdout_of(&home.run(&["user", "delete", "ada"])), "Deleted ada@example.com.\n");
    assert_eq!(
        stderr_of(&home.run(&["user", "show", "ada"])),
        "error: no user \"ada\": `claviger user list` shows all users\n"
    );
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
        (create("no address", PASSWORD), "--email: not an email address: \"no address\""),
        (create("b@example.com", "short"), "use at least 8 characters"),
        (create("b@example.com", "password12345678"), "this password is too common; choose a different one"),
        (create("bo.b@example.com", "bo.b12345678901"), TOO_PERSONAL),
        (set_password("ada12345678901"), TOO_PERSONAL),
        (create("ADA@example.com", PASSWORD), "email already in use: ADA@example.com"),
        (
            home.run(&["user", "set-role", "ada", "emperor"]),
            "unknown role \"emperor\" (available: admin, auditor, user)",
        ),
        (home.run(&["user", "unban", "nobody"]), "no user \"nobody\": `claviger user list` shows all users"),
        (home.run(&["user", "ban", "ada", "--until", "2020-01-01T00:00:00Z"]), "--until must be in the future"),
    ] {
        assert_eq!((output.status.code(), stderr_of(&output)), (Some(1), format!("error: {sentence}\n")));
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
        assert_eq!(stdout_of(&home.run(&["migrate"])), "Database is up to date.\n");
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
            for part in ["the database needs Claviger 9.8.7 or later (migration 9999)", &ours, "upgrade Claviger"] {
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
    let is_wide = |line: &&str| line.chars().count() > 120 && !line.starts_with("accounts.reserved_usernames");
    assert_eq!(text.lines().find(is_wide), None, "a long value widens its own line only");
    home.clean().await;
}

#[tokio::test]
async fn the_list_is_aligned_and_shows_what_most_limits_each_user() {
    let home = home_of(Database::sqlite());
    home.make_user("locked");
    home.make_user("banned");
    let create = ["user", "create", "--email", "köln@example.com", "--name", "世界 Ünal", "--password-stdin"];
    assert!(home.run_with_password(&create, PASSWORD).status.success());
    assert!(home.run(&["user", "ban", "banned"]).status.success());
    home.database.run("UPDATE users SET email_verified_at = NULL WHERE username = 'banned'").await;
    let server = home.serve();
    let client = reqwest::Client::new();
    for _ in 0..5 {
        assert_eq!(server.log_in(&client, "locked@example.com", "wrong password").await.0, 400);
    }
    drop(server);
    let table = stdout_of(&home.run(&["user", "list"]));
    let lines: Vec<&str> = table.lines().collect();
    let states = ["STATUS", "active", "locked", "banned", "unverified"];
    assert_eq!(lines.len(), states.len(), "{table}");
    let place = lines[0].find("STATUS").unwrap();
    for (line, state) in lines.iter().zip(states) {
        let found = line.chars().skip(place).collect::<String>();
        assert!(found.starts_with(state), "{state} is not below STATUS: {table}");
    }
    assert!(lines[0].starts_with("ID") && lines[4].ends_with("user   世界 Ünal"), "{table}");
    assert!(stdout_of(&home.run(&["user", "show", "locked"])).contains("status    locked\n"));
    assert_eq!(stdout_of(&home.run(&["user", "unlock", "locked"])), "Unlocked locked@example.com.\n");
    let listed: serde_json::Value = serde_json::from_slice(&home.run(&["user", "list", "--json"]).stdout).unwrap();
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|user| user["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["active", "active", "banned", "active"], "JSON keeps the two states of the API");
    home.clean().await;
}

#[tokio::test]
async fn what_is_taken_is_named_and_a_password_may_be_piped_without_the_flag() {
    let home = home_of(Database::sqlite());
    let create = |email: &str, username: &str| {
        home.run_with_password(&["user", "create", "--email", email, "--username", username], PASSWORD)
    };
    for (output, sentence) in [
        (create("ada@example.com", "other"), "email already in use: ada@example.com"),
        (create("other@example.com", "ADA"), "username already in use: ADA"),
        (
            home.run(&["user", "create", "--email", "other@example.com"]),
            "no password given: type it on a terminal, or pipe it to stdin",
        ),
    ] {
        assert_eq!((output.status.code(), stderr_of(&output)), (Some(1), format!("error: {sentence}\n")));
    }
    assert!(create("other@example.com", "other").status.success());
    home.clean().await;
}
