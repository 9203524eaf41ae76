//! `claviger audit verify`, and another program that verifies the chain by its documented format.

use super::server::Home;
use crate::app::{Database, PATIENCE};
use std::{fs, process::Command, time::Duration};

/// Returns what the command prints, and its status.
fn verify(home: &Home, options: &[&str]) -> (Option<i32>, String) {
    let output = home.run(&[&["audit", "verify"], options].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap().trim().to_owned())
}

/// Returns what the Python program says.
fn by_python(home: &Home, key: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/processes/verify_audit.py");
    let database = home.folder.join("claviger.db");
    let output = Command::new("python3")
        .args([script, database.to_str().unwrap(), checkpoints(home).to_str().unwrap(), key])
        .output()
        .expect("`cargo xtask test rust` installs Python and its package cryptography");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn checkpoints(home: &Home) -> std::path::PathBuf {
    home.folder.join("audit-checkpoints.jsonl")
}

async fn public_key(home: &Home) -> String {
    public_key_after(home, "SELECT CAST(0 AS BIGINT)").await
}

/// Runs a server until the count is 0, and returns its public key.
async fn public_key_after(home: &Home, count: &'static str) -> String {
    let server = home.serve();
    let done = async {
        while home.database.count(count).await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, done).await.unwrap();
    let address = format!("{}/.well-known/claviger-audit.json", server.url);
    let key: serde_json::Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    key["publicKey"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_no_public_key_is_wrong_usage_and_no_sign_of_tampering() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    for bad in ["bad", "", "AAAA"] {
        let (status, said) = verify(&home, &["--public-key", bad]);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("not a public key") && !said.contains("tampered"), "{said}");
    }
    home.clean().await;
}

/// Tampers with a log of four events, and checks what both programs name.
async fn assert_named(database: Database, sql: &'static str, ours: &str, theirs: &str) {
    let home = Home::new(database);
    for name in ["ada", "bob", "eve", "kim"] {
        home.make_user(name);
    }
    let key = public_key(&home).await;
    let intact = "The audit log is intact: 4 events; 4 checkpoints agree.";
    assert_eq!(verify(&home, &[]), (Some(0), intact.to_owned()));
    home.database.run(sql).await;
    let (status, named) = verify(&home, &[]);
    assert_eq!(status, Some(1), "{named}");
    assert!(named.starts_with(&format!("error: the audit log was tampered with: {ours}")), "{named}");
    let file = checkpoints(&home);
    assert_eq!(verify(&home, &["--checkpoints", file.to_str().unwrap(), "--public-key", &key]).1, named, "offline");
    if matches!(*home.database, Database::Sqlite(_)) {
        assert_eq!(by_python(&home, &key), theirs);
    }
    home.clean().await;
}

async fn assert_tampering_is_named(open: impl AsyncFn() -> Database) {
    for (sql, ours, theirs) in [
        (
            "UPDATE audit SET details = '{}', network = '198.51.100.7' WHERE sequence = 2",
            "event 2 (",
            "event 2 was changed",
        ),
        ("UPDATE audit SET outcome = 'denied' WHERE sequence = 4", "event 4 (", "event 4 was changed"),
        ("DELETE FROM audit WHERE sequence = 3", "event 3 is missing", "event 3 is missing"),
        ("DELETE FROM audit WHERE sequence = 1", "event 1 is missing", "event 1 is missing"),
        ("DELETE FROM audit WHERE sequence > 2", "the events after 2 were cut off", "events are cut off after 2"),
        (
            "UPDATE audit SET sequence = CASE sequence WHEN 2 THEN -3 ELSE -2 END WHERE sequence IN (2, 3);
             UPDATE audit SET sequence = -sequence WHERE sequence < 0",
            "event 2 (",
            "event 2 was changed",
        ),
        // Whoever removes events as if they had expired can't sign that.
        (
            "DELETE FROM audit WHERE sequence = 2;
             INSERT INTO audit_pruned (first_sequence, last_sequence, last_hash, signature)
             SELECT 2, 2, previous_hash, 'AAAA' FROM audit WHERE sequence = 3",
            "the deleted events 2 to 2 are not signed",
            "the range at 2 is not signed",
        ),
        // The end with its record is cut off: only the checkpoints know.
        (
            "UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit WHERE sequence = 3);
             DELETE FROM audit WHERE sequence = 4",
            "the events after 3 were cut off: there were 4",
            "events are cut off after 3",
        ),
        ("DELETE FROM audit_head", "the end of the chain is not recorded", "the end is not recorded"),
        (
            "UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit WHERE sequence = 3)",
            "the recorded end of the chain is not event 4",
            "the recorded end is not 4",
        ),
        (
            "INSERT INTO audit
               (id, at, action, actor_kind, network, agent, request_id, details, sequence, salt, details_hash, hash)
             SELECT '00000000000000000000000001', 1, action, actor_kind, network, agent, request_id, details, -7, salt,
                    details_hash, hash
             FROM audit
             WHERE sequence = 1",
            "event 00000000000000000000000001 has the sequence -7",
            "event -7 is before the first one",
        ),
        (
            "INSERT INTO audit (id, at, action, actor_kind, network, agent, request_id, details)
             SELECT '00000000000000000000000001', 0, action, actor_kind, network, agent, request_id, details
             FROM audit
             WHERE sequence = 1",
            "event 00000000000000000000000001 is not sealed",
            "an event is not sealed",
        ),
        (
            "INSERT INTO audit_pruned (first_sequence, last_sequence, last_hash, signature) VALUES (2, 3, 'x', 'AAAA')",
            "the deleted events 2 to 3 do not fit the chain",
            "the range at 2 does not fit",
        ),
    ] {
        assert_named(open().await, sql, ours, theirs).await;
    }
}

#[tokio::test]
async fn tampering_with_the_log_is_named_on_sqlite() {
    assert_tampering_is_named(async || Database::sqlite()).await;
}

#[tokio::test]
async fn tampering_with_the_log_is_named_on_postgres() {
    assert_tampering_is_named(async || Database::postgres().await).await;
}

#[tokio::test]
async fn an_intact_log_is_intact_to_the_other_program_too() {
    let home = Home::new(Database::sqlite());
    let key = public_key(&home).await;
    home.make_user("ada");
    home.make_user("bob");
    assert_eq!(by_python(&home, &key), "intact");
    let lines = fs::read_to_string(checkpoints(&home)).unwrap();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let forged = lines.replace("\"sequence\":2", "\"sequence\":3");
    fs::write(checkpoints(&home), forged).unwrap();
    let named = "error: the audit log was tampered with: the checkpoint at event 3 is not signed by the audit key";
    assert_eq!(verify(&home, &[]), (Some(1), named.to_owned()));
    assert_eq!(by_python(&home, &key), "the checkpoint at 3 is not signed");
    home.clean().await;
}

#[tokio::test]
async fn checkpoints_that_contradict_each_other_are_named() {
    let home = Home::new(Database::sqlite());
    let key = public_key(&home).await;
    home.make_user("ada");
    let first = fs::read_to_string(checkpoints(&home)).unwrap();
    fs::remove_file(checkpoints(&home)).unwrap();
    home.database.run("DELETE FROM audit; UPDATE audit_head SET sequence = 0, hash = ''").await;
    home.make_user("bob");
    let second = fs::read_to_string(checkpoints(&home)).unwrap();
    assert_eq!((verify(&home, &[]).0, by_python(&home, &key)), (Some(0), "intact".to_owned()));
    fs::write(checkpoints(&home), first + &second).unwrap();
    let named = "error: the audit log was tampered with: the checkpoints at event 1 contradict each other";
    assert_eq!(verify(&home, &[]), (Some(1), named.to_owned()));
    assert_eq!(by_python(&home, &key), "the checkpoints at 1 contradict each other");
    home.clean().await;
}

async fn assert_says_to_migrate(database: Database) {
    let home = Home::new(database);
    home.make_user("ada");
    home.database.run("DELETE FROM _sqlx_migrations WHERE version >= 12").await;
    let sentence = "error: database schema is out of date: run `claviger migrate`";
    assert_eq!(verify(&home, &[]), (Some(1), sentence.to_owned()));
    home.clean().await;
}

#[tokio::test]
async fn a_database_that_is_not_migrated_is_not_verified() {
    assert_says_to_migrate(Database::sqlite()).await;
    assert_says_to_migrate(Database::postgres().await).await;
}

#[tokio::test]
async fn a_log_without_a_deleted_user_is_intact_for_others_too() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    home.make_user("eve");
    let deleted = home.run(&["user", "delete", "ada", "--yes"]);
    assert!(deleted.status.success(), "{deleted:?}");
    home.database.run("UPDATE deleted_users SET deleted_at = 0").await;
    let key = public_key_after(&home, "SELECT count(*) FROM deleted_users").await;
    assert_eq!(home.database.count("SELECT count(*) FROM audit WHERE target_name = 'ada'").await, 0);
    assert_eq!(verify(&home, &[]).0, Some(0));
    assert_eq!(by_python(&home, &key), "intact");
    home.database.run("UPDATE audit SET agent = 'another' WHERE erasure IS NOT NULL AND sequence = 1").await;
    assert_eq!(verify(&home, &[]).0, Some(1));
    assert_eq!(by_python(&home, &key), "event 1 was changed");
    home.clean().await;
}
