//! `user import`: all users or none, and password hashes from other software.

use super::server::{Home, Server};
use crate::app::{Database, PASSWORD, PATIENCE};
use serde_json::{Value, json};
use std::{process::Output, time::Instant};

/// `PASSWORD`, hashed by Python's `bcrypt` and `argon2-cffi`, libxcrypt, `passlib` and `hashlib`.
const FAMILIES: [(&str, &str); 9] = [
    ("argon2i", "$argon2i$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$BoU/V29nGBf89nUFhjhOvpxLYSuFVBN7xwKaHpj1flA"),
    ("argon2id", "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$93CPUlE7/bkcEMEnNdYUbe/n2qvDVSYheYCm4jyXA0g"),
    ("bcrypt", "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX."),
    ("bcrypt-php", "$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG"),
    ("scrypt", "$scrypt$ln=8,r=8,p=1$ijFGyBmjFMI4JwRA6J2TMg$RjBJY7G4QAR7O+JTKhOxCwsYcb0wl0QZo/RgrXiF/rE"),
    ("scrypt-crypt", "$7$96..../....aSalt$fWFfCQh0Y7ciFXma4ODF9MizhuRQ.4yY9xQZUkTZTX4"),
    ("pbkdf2", "$pbkdf2-sha256$1000$cO49JwSg1LoXQiil1No7hw$7Bq.aZPthQIeGNhCq55eYj2ZakqtoXr9AUhQnzCJfc0"),
    ("pbkdf2-phc", "$pbkdf2-sha256$i=1000,l=32$c2FsdFNBTFRzYWx0U0FMVP/++w$CMkOxITF3p7Um/9vb4wPI3ITe0wheuKjbUf7GTZeg9o"),
    ("pbkdf2-django", "pbkdf2_sha256$1000$2L1Fj1L1WUId$NfpCf8xKiW0buXaqffVqYGLu1XQ+GWHEi3EDKn0Jbo4="),
];

/// Nine invalid lines and two valid ones.
const MIXED: &str = "\
email,username,name,roles,verified,passwordHash,createdAt
new@example.com,new,,,,,
nonsense,,,,,,
ADA@example.com,,,,,,
other@example.com,Ada,,,,,

NEW@example.com,,,,,,
third@example.com,NEW,,,,,
fourth@example.com,,,user emperor,,,
fifth@example.com,,,,,$2b$31$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.,
sixth@example.com,,,,,,2999-01-01T00:00:00Z
seventh@example.com,,=cmd(),user;admin,true,,
nonsense,-,,emperor,maybe,hunter2,soon
";

const REPORT: &str = "\
line 3: email: not an email address
line 4: email already in use: remove this line
line 5: username already in use: choose another, or leave it out
line 7: same email as line 2: keep one of the two
line 8: same username as line 2: choose another, or leave it out
line 9: unknown role (available: admin, auditor, user)
line 10: passwordHash: too expensive to check: at most 128 MiB for Argon2 and scrypt, cost 15 for bcrypt, 5,000,000 rounds for PBKDF2
line 11: createdAt: must not be in the future
line 13: email: not an email address
line 13: verified: must be true or false
line 13: username: use 1 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit
line 13: passwordHash: unsupported format; expected a PHC or modular crypt string of Argon2, bcrypt, scrypt or PBKDF2
line 13: createdAt: expected RFC 3339, such as 2027-01-31T00:00:00Z
line 13: unknown role (available: admin, auditor, user)
error: nothing imported: errors in 9 of 11 lines; fix or remove them and try again
";

fn result(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn import(home: &Home, name: &str, content: &str, words: &[&str]) -> (Option<i32>, String, String) {
    std::fs::write(home.folder.join(name), content).unwrap();
    result(&home.run(&[&["user", "import", name][..], words].concat()))
}

fn done(sentence: &str) -> (Option<i32>, String, String) {
    (Some(0), format!("{sentence}\n"), String::new())
}

async fn sign_in(server: &Server, name: &str, password: &str) -> (u16, String) {
    let body = json!({ "email": format!("{name}@example.com"), "password": password });
    let answer =
        reqwest::Client::new().post(format!("{}/api/auth/login", server.url)).json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json::<Value>().await.unwrap()["error"].as_str().unwrap_or_default().to_owned())
}

async fn on_both(story: impl AsyncFn(&Home)) {
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = Home::new(database);
        story(&home).await;
        home.clean().await;
    }
}

#[tokio::test]
async fn every_refused_line_is_reported_and_no_user_is_imported() {
    on_both(async |home| {
        home.make_user("ada");
        for words in [&["--dry-run"][..], &[]] {
            assert_eq!(import(home, "mixed.csv", MIXED, words), (Some(1), String::new(), REPORT.to_owned()));
        }
        for table in ["SELECT count(*) FROM users", "SELECT count(*) FROM passwords", "SELECT count(*) FROM audit"] {
            assert_eq!(home.database.count(table).await, 1, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_line_break_in_a_field_never_starts_another_user() {
    let hash = FAMILIES[2].1;
    let broken = "line break inside a field, or a quotation mark left open: remove it";
    let injected = format!(
        "email,roles,verified,passwordHash,name\nada@example.com,,true,,Ada\n\
         bob@example.com,,true,,\"Bob\nevil@example.com,admin,true,{hash},Evil\"\n"
    );
    let open = "email,name\nada@example.com,Ada\nbob@example.com,\"Bob\nevil@example.com,Evil\n";
    on_both(async |home| {
        for content in [injected.as_str(), open] {
            let (status, answer, report) = import(home, "users.csv", content, &[]);
            assert_eq!((status, answer.as_str()), (Some(1), ""), "{report}");
            assert!(report.contains("nothing imported: errors in 1 of 2 lines"), "{report}");
            assert!(report.starts_with(&format!("line 3: {broken}\n")), "{report}");
            assert_eq!(home.database.count("SELECT count(*) FROM users").await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_an_import_keeps_every_field() {
    let lines = json!({
        "email": "Ada@example.com", "username": "ada", "name": "Ada Lovelace", "roles": ["user", "admin"],
        "verified": true, "createdAt": "2020-02-03T04:05:06.789Z",
    });
    let lines = format!("{lines}\n{{\"email\": \"grace@example.com\"}}\n");
    on_both(async |home| {
        assert_eq!(import(home, "all.jsonl", &lines, &["--dry-run"]), done("OK: 2 users can be imported."));
        assert_eq!(home.database.count("SELECT count(*) FROM users").await, 0);
        assert_eq!(import(home, "all.jsonl", &lines, &[]), done("Imported 2 users."));
        let listed: Value = serde_json::from_slice(&home.run(&["user", "list", "--json"]).stdout).unwrap();
        let ada = &listed[0];
        assert_eq!((&ada["email"], &ada["username"]), (&json!("Ada@example.com"), &json!("ada")));
        assert_eq!((&ada["name"], &ada["roles"]), (&json!("Ada Lovelace"), &json!(["admin", "user"])));
        assert_eq!((&ada["emailVerified"], &ada["createdAt"]), (&json!(true), &json!("2020-02-03T04:05:06.789Z")));
        let grace = &listed[1];
        assert_eq!((&grace["name"], &grace["roles"]), (&json!("grace"), &json!(["user"])));
        assert_eq!((&grace["emailVerified"], &grace["username"]), (&json!(false), &Value::Null));
        let events = "SELECT count(*) FROM audit WHERE action = 'user.created' AND actor_kind = 'cli' \
                      AND subject_id IN (SELECT id FROM users)";
        assert_eq!(home.database.count(events).await, 2);
        let (status, _, report) = import(home, "all.jsonl", &lines, &[]);
        assert_eq!((status, report.lines().count()), (Some(1), 4), "{report}");
    })
    .await;
}

#[tokio::test]
async fn a_foreign_hash_signs_in_and_is_argon2id_from_then_on() {
    let lines = FAMILIES.map(|(name, hash)| format!("{name}@example.com,true,\"{hash}\"\n")).concat();
    on_both(async |home| {
        let file = format!("email,verified,passwordHash\n{lines}");
        assert_eq!(import(home, "hashes.csv", &file, &[]), done("Imported 9 users."));
        let server = home.serve();
        let replaced = "SELECT count(*) FROM passwords WHERE hash LIKE '$argon2id$v=19$%'";
        assert_eq!(home.database.count(replaced).await, 1);
        for (name, _) in FAMILIES {
            assert_eq!(sign_in(&server, name, "wrong").await, (400, "Invalid email or password".to_owned()), "{name}");
            assert_eq!(sign_in(&server, name, PASSWORD).await.0, 200, "{name}");
        }
        let began = Instant::now();
        while home.database.count(replaced).await < 9 {
            assert!(began.elapsed() < PATIENCE, "not every hash is replaced");
        }
        for (name, _) in FAMILIES {
            assert_eq!(sign_in(&server, name, PASSWORD).await.0, 200, "{name}");
            assert_eq!(sign_in(&server, name, "wrong").await.0, 400, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_that_nfc_changes_signs_in_as_originally_typed_and_then_in_every_spelling() {
    // Made with Python's `hashlib`, `argon2-cffi` and `bcrypt` from the decomposed spelling.
    const HASHES: [(&str, &str); 4] = [
        ("pbkdf2", "$pbkdf2-sha256$i=1000$c2FsdFNBTFRzYWx0U0FMVA$vKWfLxCh3V8L0UvHWC557eJp7QkqOijyVZNiWD3CfpM"),
        ("argon2", "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$lbIy4eUyw9uf7cJNDaj3vwJ/NTVmOj4yMg6hANVgLkY"),
        ("bcrypt", "$2b$04$abcdefghijklmnopqrstuuB6Z4R2UdkyF5h7CsLQG7t0tin.IZ5nS"),
        ("scrypt", "$scrypt$ln=8,r=8,p=1$c2FsdFNBTFRzYWx0U0FMVA$WnDb3lVfYJ5Rl0HnOOBAobEfwbb6SLAXq0hLTsrza3A"),
    ];
    let (typed, composed) = ("Gru\u{308}ße aus Ko\u{308}ln, 世界", "Grüße aus Köln, 世界");
    let lines = HASHES.map(|(name, hash)| format!("{name}@example.com,true,\"{hash}\"\n")).concat();
    on_both(async |home| {
        let file = format!("email,verified,passwordHash\n{lines}");
        assert_eq!(import(home, "hashes.csv", &file, &[]), done("Imported 4 users."));
        let server = home.serve();
        for (name, _) in HASHES {
            for wrong in [composed, "Gru\u{308}ße"] {
                assert_eq!(sign_in(&server, name, wrong).await.0, 400, "{name}");
            }
            let counted = home.database.count("SELECT max(failures) FROM attempts").await;
            assert_eq!(counted, 2, "an attempt is one, however many spellings are tried");
            assert_eq!(sign_in(&server, name, typed).await.0, 200, "{name}");
        }
        let original = "SELECT count(*) FROM passwords WHERE hash LIKE '%c2FsdFNBTFRzYWx0U0FMVA%' OR hash LIKE '$2b$%'";
        let began = Instant::now();
        while home.database.count(original).await > 0 {
            assert!(began.elapsed() < PATIENCE, "not every hash is replaced");
        }
        for (name, _) in HASHES {
            for spelling in [composed, typed] {
                assert_eq!(sign_in(&server, name, spelling).await.0, 200, "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_bcrypt_hash_that_did_not_cover_the_whole_password_is_kept() {
    // Made with Python's `bcrypt` from the first 72 bytes, and with libxcrypt from `abc`.
    const HASHES: [(&str, &str); 2] = [
        ("long", "$2b$04$abcdefghijklmnopqrstuuF.CTsZXZxDKTOpMu0brRDDLr07GQf36"),
        ("nul", "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2"),
    ];
    let password = "correct horse battery staple, correct horse battery staple, correct horse battery s";
    let mistyped = format!("{}X{}", &password[..75], &password[76..]);
    let lines = HASHES.map(|(name, hash)| format!("{name}@example.com,true,{hash}\n")).concat();
    on_both(async |home| {
        let file = format!("email,verified,passwordHash\n{lines}nobody@example.com,true,{}\n", FAMILIES[2].1);
        assert_eq!(import(home, "hashes.csv", &file, &[]), done("Imported 3 users."));
        let server = home.serve();
        for text in [mistyped.as_str(), password] {
            assert_eq!(sign_in(&server, "long", text).await.0, 200);
        }
        assert_eq!(sign_in(&server, "nul", "abc\0def").await.0, 200);
        // This hash is replaced last, so the earlier ones have had their turn.
        assert_eq!(sign_in(&server, "nobody", PASSWORD).await.0, 200);
        let began = Instant::now();
        while home.database.count("SELECT count(*) FROM passwords WHERE hash LIKE '$argon2id$%'").await == 0 {
            assert!(began.elapsed() < PATIENCE, "the hash is not replaced");
        }
        assert_eq!(home.database.count("SELECT count(*) FROM passwords WHERE hash LIKE '$2b$04$abc%'").await, 2);
        assert_eq!(sign_in(&server, "long", password).await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn a_user_without_a_hash_has_no_password_until_one_is_set() {
    on_both(async |home| {
        assert_eq!(import(home, "one.csv", "email,verified\nada@example.com,true\n", &[]), done("Imported 1 user."));
        let server = home.serve();
        for password in ["", " ", "null", PASSWORD] {
            assert_eq!(sign_in(&server, "ada", password).await.0, 400, "{password:?}");
        }
        let set = ["user", "set-password", "ada@example.com", "--password-stdin"];
        assert!(home.run_with_password(&set, PASSWORD).status.success());
        assert_eq!(sign_in(&server, "ada", PASSWORD).await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_imported_is_reported() {
    let home = Home::new(Database::sqlite());
    for words in [&["user", "import"][..], &["user", "import", "users.txt"], &["user", "import", "csv"]] {
        assert_eq!(home.run(words).status.code(), Some(2), "{words:?}");
    }
    for (name, content, sentence) in [
        ("empty.csv", "", "no users in this file"),
        ("header.csv", "email\n\n", "no users in this file"),
        ("empty.ndjson", "\n\r\n", "no users in this file"),
        ("unknown.csv", "email,fullName\n", "unknown column \"fullName\"; allowed: email,"),
    ] {
        let (status, answer, complaint) = import(&home, name, content, &[]);
        assert_eq!((status, answer.as_str()), (Some(1), ""), "{name}");
        assert!(complaint.starts_with(&format!("error: {sentence}")), "{complaint}");
    }
    std::fs::create_dir(home.folder.join("folder.csv")).unwrap();
    for name in ["missing.csv", "folder.csv"] {
        let (status, _, complaint) = result(&home.run(&["user", "import", name]));
        assert_eq!(status, Some(1));
        assert!(complaint.starts_with("error: can't read "), "{complaint}");
    }
    home.clean().await;
}
