//! Checks the layering rules: which code may refer to which.

use crate::sources::{code, sources};
use claviger::model::Page;

fn assert_never(folder: &str, words: &[&str]) {
    for (name, text) in sources(folder) {
        for line in code(&text) {
            for word in words {
                assert!(!line.contains(word), "{name} names {word}: {line}");
            }
        }
    }
}

/// The arrows of ARCHITECTURE.md: which part of the tree may name which. Anything else fails.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ui", &["model", "server_fns"]),
    ("server_fns", &["model", "server/context", "server/domain", "server/paths", "server/services", "server/text"]),
    ("server/context", &["model", "server/services", "server/settings"]),
    ("server/text", &["model", "server/services", "server/settings"]),
    ("server/paths", &["model"]),
    (
        "server/http",
        &[
            "model",
            "ui",
            "server/clock",
            "server/context",
            "server/domain",
            "server/paths",
            "server/randomness",
            "server/services",
            "server/settings",
            "server/store",
            "server/text",
        ],
    ),
    (
        "server/commands",
        &[
            "model",
            "server/clock",
            "server/domain",
            "server/http",
            "server/key_file",
            "server/randomness",
            "server/services",
            "server/settings",
            "server/store",
        ],
    ),
    (
        "server/services",
        &["model", "server/clock", "server/domain", "server/randomness", "server/settings", "server/store"],
    ),
    ("server/store", &["model", "server/domain"]),
    ("server/domain", &["model"]),
    ("server/settings", &["model"]),
    ("server/key_file", &["server/randomness", "server/settings"]),
    ("server/clock", &["model"]),
    ("server/randomness", &["model"]),
];

/// The part of the tree that a path within the crate belongs to: its first name, below `server` its first two.
fn part(path: &[&str]) -> Option<String> {
    match path {
        ["server", second, ..] => Some(format!("server/{second}")),
        ["server"] | [] => None,
        [first, ..] => Some((*first).to_owned()),
    }
}

/// The paths of a `use` tree, its braces expanded.
fn expanded(tree: &str) -> Vec<String> {
    let Some((prefix, group)) = tree.trim().split_once('{') else { return vec![tree.trim().to_owned()] };
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut members, mut depth) = (vec![String::new()], 0);
    for letter in group.chars() {
        match letter {
            ',' if depth == 0 => members.push(String::new()),
            other => {
                depth += i32::from(other == '{') - i32::from(other == '}');
                members.last_mut().unwrap().push(other);
            }
        }
    }
    let members = members.iter().map(|member| member.trim()).filter(|member| !member.is_empty());
    members.flat_map(|member| expanded(&format!("{prefix}{member}"))).collect()
}

/// Every path within the crate that a file names, from the crate's root: `use` trees, `pub use` included, and
/// paths that begin with `crate::` anywhere.
fn named(file: &str, text: &str) -> Vec<Vec<String>> {
    let code = code(text).collect::<Vec<_>>().join("\n");
    let mut here: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    if matches!(here.last(), Some(&("mod" | "lib" | "main"))) {
        here.pop();
    }
    let uses = code.split("use ").skip(1).filter_map(|rest| rest.split_once(';')).flat_map(|(tree, _)| expanded(tree));
    let anywhere = code.split("crate::").skip(1).map(|rest| {
        let is_part_of_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
        format!("crate::{}", rest.split(|letter| !is_part_of_path(letter)).next().unwrap_or_default())
    });
    let paths = uses.chain(anywhere).map(|path| {
        let names = path.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        names.collect::<Vec<_>>()
    });
    let from_root = |names: Vec<String>| match names.first().map(String::as_str) {
        Some("crate") => Some(names[1..].to_vec()),
        Some("super" | "self") => {
            let ups = names.iter().filter(|name| *name == "super").count();
            let below = names.iter().filter(|name| *name != "super" && *name != "self").cloned();
            let above = here[..here.len() - ups].iter().map(|name| (*name).to_owned());
            Some(above.chain(below).collect())
        }
        _ => None,
    };
    paths.filter_map(from_root).collect()
}

#[test]
fn every_part_names_only_those_below_it() {
    for (file, text) in sources("") {
        let folders: Vec<&str> = file.trim_end_matches(".rs").split('/').filter(|name| *name != "mod").collect();
        let Some(part_of_file) = part(&folders).filter(|part| part != "lib" && part != "main") else { continue };
        let allowed = ARROWS.iter().find(|(from, _)| *from == part_of_file);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{part_of_file} has no arrows yet"));
        for path in named(&file, &text) {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let Some(to) = part(&names).filter(|to| *to != part_of_file) else { continue };
            assert!(allowed.contains(&to.as_str()), "{file} names {}, and {part_of_file} may not", path.join("::"));
        }
    }
}

#[test]
fn the_arrows_lead_in_one_direction() {
    fn depth(part: &str, above: &[&str]) -> usize {
        assert!(!above.contains(&part), "{part} is below itself: {above:?}");
        let below = ARROWS.iter().find(|(from, _)| *from == part).map_or(&[][..], |(_, to)| to);
        let above: Vec<&str> = above.iter().copied().chain([part]).collect();
        below.iter().map(|part| 1 + depth(part, &above)).max().unwrap_or(0)
    }
    assert!(ARROWS.iter().all(|(part, _)| depth(part, &[]) < ARROWS.len()));
}

#[test]
fn each_part_avoids_the_libraries_of_other_parts() {
    assert_never("model", &["leptos", "axum", "sqlx", "tokio"]);
    assert_never("ui", &["axum", "sqlx", "tokio"]);
    assert_never("server/services", &["axum", "leptos", "sqlx", "http::"]);
    assert_never("server/domain", &["axum", "leptos", "sqlx", "tokio"]);
    assert_never("server/store", &["axum", "leptos"]);
    assert_never("server/context", &["sqlx"]);
    assert_never("server/http", &["sqlx", "SELECT ", "UPDATE ", "INSERT "]);
}

#[test]
fn only_the_foundations_of_the_store_know_that_there_are_two_databases() {
    for (name, text) in sources("server/store") {
        let knows = [
            "db.rs",
            "error.rs",
            "log_size.rs",
            "migrations.rs",
            "opening.rs",
            "postgres.rs",
            "notifications.rs",
            "writer.rs",
        ];
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
fn no_handler_reads_a_body_after_extracting_the_user() {
    for (name, text) in sources("server/http/rest") {
        let code = code(&text).collect::<Vec<_>>().join("\n");
        for handler in code.split("async fn ").skip(1) {
            let arguments = handler.split(") ->").next().unwrap_or_default();
            let knows_who = arguments.contains("SignedIn(") || arguments.contains("RequirePermission<");
            assert!(!(knows_who && arguments.contains("Body(")), "{name}: {arguments}");
        }
    }
}

#[test]
fn server_functions_name_the_server_only_inside_their_bodies() {
    for (name, text) in sources("server_fns") {
        for line in code(&text) {
            let is_top_level = !line.starts_with(' ');
            assert!(!(is_top_level && line.contains("crate::server::")), "{name}: {line}");
        }
    }
}

/// The types of the store that are rows of tables, and what the services re-export, would make the schema part
/// of every layer.
#[test]
fn rows_stay_in_the_store() {
    for folder in ["model", "server", "server_fns"] {
        for (name, text) in sources(folder).into_iter().filter(|(name, _)| !name.starts_with("server/store/")) {
            for line in code(&text) {
                let mut words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
                assert!(!words.any(|word| word.len() > 3 && word.ends_with("Row")), "{name} names a row: {line}");
            }
        }
    }
    for (name, text) in sources("server/services") {
        let code = code(&text).collect::<Vec<_>>().join("\n");
        for (exported, _) in code.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')) {
            assert!(!exported.contains("store::"), "{name} re-exports the store: {exported}");
        }
    }
    for (name, text) in sources("server/store") {
        let mut lines = code(&text).map(str::trim_start).filter(|line| line.starts_with("pub "));
        assert!(!lines.any(|line| line.contains("Row ") && line.contains("struct ")), "{name} publishes a row");
    }
}

#[test]
fn edges_reach_the_store_only_through_services() {
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
fn the_ssr_feature_is_checked_in_one_place() {
    let mut doors = Vec::new();
    for (name, text) in sources("") {
        doors.extend(text.lines().filter(|line| line.contains("feature = \"ssr\"")).map(|_| name.clone()));
    }
    assert_eq!(doors, ["lib.rs"]);
}

/// REST has paths of its own.
#[test]
fn the_path_of_a_page_stands_in_its_declaration_only() {
    for (name, text) in sources("") {
        if name == "model/page.rs" || name.starts_with("server/http/rest/") {
            continue;
        }
        for line in code(&text) {
            for path in Page::ALL.iter().map(|page| page.path()) {
                let is_path = |(at, _): (usize, &str)| {
                    let goes_on = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
                    line[..at].ends_with(['"', '}']) && !line[at + path.len()..].starts_with(goes_on)
                };
                assert!(!line.match_indices(path).any(is_path), "{name} spells the path of a page: {line}");
            }
        }
    }
}
