//! Tests that Leptos.toml at the root of the project, the manual of settings, is correct.

use toml::{Table, Value};

use super::key::Default;
use super::testing::{Folder, source};
use super::{Settings, Source, keys};

/// The keys that `leptos_config` 0.8 reads, as the files spell them.
const SHARED: [&str; 14] = [
    "output-name",
    "site-root",
    "site-pkg-dir",
    "env",
    "site-addr",
    "reload-port",
    "reload-external-port",
    "reload-ws-protocol",
    "not-found-path",
    "hash-file",
    "hash-files",
    "server-fn-prefix",
    "disable-server-fn-hash",
    "server-fn-mod-path",
];

fn read(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

fn leptos_table(name: &str) -> Table {
    let file: Table = toml::from_str(&read(name)).unwrap();
    file["package"]["metadata"]["leptos"].as_table().unwrap().clone()
}

/// Returns the manual with its examples uncommented.
fn uncommented() -> String {
    let is_key = |text: &str| {
        let name = text.split_once(" = ").map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let revive = |line: &str| match line.strip_prefix("# ") {
        Some(text) if is_key(text) => format!("{text}\n"),
        _ => format!("{line}\n"),
    };
    read("Leptos.toml").lines().map(revive).collect()
}

#[test]
fn leptos_finds_its_table_on_the_first_line() {
    assert_eq!(read("Leptos.toml").lines().next(), Some("[package.metadata.leptos]"));
}

#[test]
fn cargo_leptos_and_the_server_read_the_same_values() {
    let (cargo, leptos) = (leptos_table("Cargo.toml"), leptos_table("Leptos.toml"));
    for key in leptos.keys() {
        assert!(SHARED.contains(&key.as_str()), "the server does not read {key}");
    }
    for key in SHARED {
        assert_eq!(cargo.get(key), leptos.get(key), "{key}");
    }
}

#[test]
fn the_manual_lists_every_key_and_no_other() {
    let manual: Table = toml::from_str(&uncommented()).unwrap();
    let mut found = Vec::new();
    let mut tables: Vec<_> = manual.into_iter().filter(|(section, _)| section != "package").collect();
    while let Some((name, value)) = tables.pop() {
        match value {
            Value::Table(table) => {
                let keys = table.into_iter().map(|(key, value)| (format!("{name}.{key}"), value));
                tables.extend(keys);
            }
            _ => found.push(name),
        }
    }
    let mut expected: Vec<_> = keys::ALL.iter().map(|key| key.name.to_owned()).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn the_examples_of_the_manual_are_the_defaults() {
    let manual: Table = toml::from_str(&uncommented()).unwrap();
    for key in keys::ALL {
        let Default::Text(text) = key.default else {
            continue;
        };
        let (section, name) = key.name.split_once('.').unwrap();
        let value = &manual[section][name];
        let shown = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        assert_eq!(shown, text, "{}", key.name);
    }
}

#[test]
fn the_unchanged_manual_sets_nothing() {
    let folder = Folder::with(&read("Leptos.toml"));
    let loaded = Settings::load(&Source { working_dir: folder.path().to_owned(), ..source() }).unwrap();
    let set: Vec<_> = loaded.listing.iter().filter(|shown| shown.origin != "default").collect();
    assert_eq!(set.iter().map(|shown| shown.key.as_str()).collect::<Vec<_>>(), ["site-addr"]);
    assert!(loaded.warnings.is_empty());
}
