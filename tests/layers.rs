//! Checks the layering rules: which code may refer to which.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns every source file below a folder, with its path from `src`.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

/// Returns the lines of code, without comments and tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn assert_never(folder: &str, words: &[&str]) {
    for (name, text) in sources(folder) {
        for line in code(&text) {
            for word in words {
                assert!(!line.contains(word), "{name} names {word}: {line}");
            }
        }
    }
}

#[test]
fn the_model_knows_nothing_of_the_rest() {
    assert_never("model", &["crate::ui", "crate::server", "leptos", "axum", "sqlx", "tokio"]);
}

#[test]
fn services_know_no_http_no_leptos_and_no_sql() {
    assert_never("server/services", &["axum", "leptos", "sqlx", "http::", "crate::ui", "crate::server_fns"]);
}

#[test]
fn the_store_knows_no_service_and_no_face() {
    assert_never("server/store", &["services", "axum", "leptos", "crate::ui", "server::http"]);
}

#[test]
fn only_db_rs_and_what_it_is_made_of_know_that_there_are_two_databases() {
    for (name, text) in sources("server/store") {
        let knows =
            ["db.rs", "error.rs", "log_size.rs", "migrations.rs", "opening.rs", "postgres.rs", "wakes.rs", "writer.rs"];
        if !knows.iter().any(|file| name == format!("server/store/{file}")) {
            for line in code(&text) {
                assert!(!line.contains("Sqlite") && !line.contains("Postgres"), "{name}: {line}");
            }
        }
    }
}

/// `Sent` authenticates again once the body has arrived; a user who was extracted earlier may have lost the
/// permission by then.
#[test]
fn no_handler_reads_a_body_after_it_was_told_who_is_signed_in() {
    for (name, text) in sources("server/http/rest") {
        let code = code(&text).collect::<Vec<_>>().join("\n");
        for handler in code.split("async fn ").skip(1) {
            let arguments = handler.split(") ->").next().unwrap_or_default();
            let knows_who = arguments.contains("SignedIn(") || arguments.contains("Allowed(");
            assert!(!(knows_who && arguments.contains("Body(")), "{name}: {arguments}");
        }
    }
}

#[test]
fn pages_reach_the_server_through_server_functions_only() {
    assert_never("ui", &["crate::server::", "axum", "sqlx", "tokio"]);
}

#[test]
fn server_functions_name_the_server_inside_their_bodies_only() {
    for (name, text) in sources("server_fns") {
        for line in code(&text) {
            let is_top_level = !line.starts_with(' ');
            assert!(!(is_top_level && line.contains("crate::server::")), "{name}: {line}");
        }
    }
}

#[test]
fn http_says_no_sql_and_keeps_no_rule() {
    assert_never("server/http", &["sqlx", "SELECT ", "UPDATE ", "INSERT "]);
}

#[test]
fn faces_reach_the_store_through_services_only() {
    for folder in ["server/http", "server_fns", "server/commands"] {
        for (name, text) in sources(folder) {
            // tower-sessions requires a store for browser states, and `open.rs` opens the store.
            if name != "server/http/state_store.rs" && name != "server/commands/open.rs" {
                for line in code(&text) {
                    assert!(!line.replace("state_store::", "").contains("store::"), "{name}: {line}");
                }
            }
        }
    }
}

#[test]
fn the_door_to_the_server_is_one() {
    let mut doors = Vec::new();
    for (name, text) in sources("") {
        doors.extend(text.lines().filter(|line| line.contains("feature = \"ssr\"")).map(|_| name.clone()));
    }
    assert_eq!(doors, ["lib.rs"]);
}
