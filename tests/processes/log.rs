//! What the server prints: first what a person reads, then the log.

use super::server::{Home, Server};
use crate::app::{Database, PATIENCE};
use std::{fs, path::Path, time::Instant};

/// Runs a server in this format through a few requests and a stop, and returns what it printed.
async fn printed(home: &Home, format: &str) -> String {
    let path = home.folder.join("printed");
    let mut command = home.command(&["serve"]);
    command.env("CLAVIGER_LOG__FORMAT", format).stderr(fs::File::create(&path).unwrap());
    let mut server = Server::new(command.spawn().unwrap(), String::new());
    let began = Instant::now();
    let url = loop {
        let text = fs::read_to_string(&path).unwrap();
        let line = text.split_once("is listening on ").and_then(|(_, rest)| rest.split_once('\n'));
        if let Some((url, _)) = line {
            break url.to_owned();
        }
        assert!(began.elapsed() < PATIENCE, "it does not start: {text}");
    };
    for path in ["/login", "/no%1Bsuch?token=hush"] {
        reqwest::get(format!("{url}{path}")).await.unwrap();
    }
    // Before the first build of the site there is no file, and the request is one for a missing page.
    if Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site/favicon.svg").exists() {
        assert_eq!(reqwest::get(format!("{url}/favicon.svg")).await.unwrap().status(), 200);
    }
    assert_eq!(server.stop(), Some(0));
    fs::read_to_string(&path).unwrap()
}

#[tokio::test]
async fn a_person_first_reads_where_everything_is_and_then_one_line_per_request() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let text = printed(&home, "pretty").await;
    let lines: Vec<&str> = text.lines().collect();
    let version = env!("CARGO_PKG_VERSION");
    assert!(lines[0].starts_with(&format!("Claviger {version} is listening on http://127.0.0.1:")), "{text}");
    assert_eq!(lines[1], "  Public URL  http://127.0.0.1:3000");
    assert_eq!(lines[2], format!("  Database    {}", home.folder.join("claviger.db").display()));
    let outbox = home.folder.join("outbox");
    let email =
        format!("  Email       no email server configured (mail.smtp_url): emails are saved to {}", outbox.display());
    assert_eq!(lines[3], email);
    let link = lines.iter().position(|line| line.contains("/setup?token=")).expect("the set-up link");
    assert!(lines[link - 2].starts_with("  First run: ") && lines[link + 1].starts_with("━━━"), "{text}");
    let request = lines.iter().find(|line| line.contains("GET /login ")).expect("the line of the request");
    let (time, rest) = request.split_once(' ').unwrap();
    assert!(time.len() == 20 && time.ends_with('Z'), "to the second: {request}");
    let words: Vec<&str> = rest.split_whitespace().collect();
    assert!(
        matches!(words[..], ["INFO", "GET", "/login", "200", ms, "ms", id]
        if ms.parse::<f64>().is_ok() && id.starts_with("id=")),
        "{request}"
    );
    assert!(text.contains("GET /no%1Bsuch ") && !text.contains("hush"), "{text}");
    assert!(!text.contains("favicon") && !text.contains('\u{1b}'), "no files, no colours: {text}");
    home.clean().await;
}

#[tokio::test]
async fn a_program_reads_fields_with_numbers() {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    let text = printed(&home, "json").await;
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let requests: Vec<_> = lines.filter(|line| line["path"].is_string()).collect();
    assert_eq!(requests.len(), 2, "files are not logged: {text}");
    assert_eq!((&requests[0]["method"], &requests[0]["path"]), (&"GET".into(), &"/login".into()));
    assert!(requests[0]["status"].is_u64() && requests[0]["duration_ms"].is_f64(), "{}", requests[0]);
    home.clean().await;
}
