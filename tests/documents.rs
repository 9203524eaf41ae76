//! Checks that the documents name only what exists.

use claviger::server::http;
use std::{collections::BTreeSet, fs, path::PathBuf};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns whether the function of a path such as `rest::sessions::a_session_is_ended_from_another` is in a file
/// that the path may lead to. Unit tests are in a module `tests`, which may have a file of its own.
fn has_function(test: &str) -> bool {
    let (module, function) = test.rsplit_once("::").unwrap();
    let module = module.strip_suffix("::tests").unwrap_or(module).replace("::", "/");
    let files = ["tests", "src"]
        .iter()
        .flat_map(|root| ["", "/mod", "/tests"].map(|ending| path(&format!("{root}/{module}{ending}.rs"))));
    let mut texts = files.filter_map(|file| fs::read_to_string(file).ok());
    texts.any(|text| text.contains(&format!("fn {function}(")))
}

#[test]
fn every_test_that_security_md_names_exists() {
    let text = read("SECURITY.md");
    let tests: BTreeSet<&str> = quoted(&text).filter(|name| name.contains("::")).collect();
    let specs: BTreeSet<&str> = quoted(&text).filter(|name| name.contains(".spec.ts")).collect();
    assert!(tests.len() > 100 && specs.len() > 10, "{} tests and {} specs were found", tests.len(), specs.len());
    let lost_tests = tests.into_iter().filter(|test| !has_function(test));
    let file = |spec: &str| path("end2end/tests").join(spec.trim_start_matches("end2end/tests/"));
    let lost_specs = specs.into_iter().filter(|spec| !file(spec).is_file());
    assert_eq!(lost_tests.chain(lost_specs).collect::<Vec<_>>(), [""; 0], "SECURITY.md names tests that do not exist");
}

/// Returns the routes in the table of docs/rest.md, as `GET /api/v1/users/me`. The second column may name an
/// unversioned twin of the row's route.
fn documented_routes() -> BTreeSet<String> {
    let text = read("docs/rest.md");
    let (_, table) = text.split_once("| route under `/api/v1` |").expect("the table of routes");
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let routes = rows.flat_map(|row| {
        let named = quoted(row).filter_map(|name| name.split_once(' ').filter(|(method, _)| METHODS.contains(method)));
        let named: Vec<_> = named.collect();
        let twins = quoted(row).filter(|name| name.starts_with("/api/"));
        let twins: Vec<_> =
            twins.flat_map(|twin| named.iter().map(move |(method, _)| format!("{method} {twin}"))).collect();
        let versioned = named.iter().map(|(method, path)| {
            let path = path.split('?').next().unwrap_or_default();
            format!("{method} /api/v1{path}")
        });
        versioned.chain(twins).collect::<Vec<_>>()
    });
    routes.collect()
}

/// Returns the declared routes, in the same form.
fn declared_routes() -> BTreeSet<String> {
    http::rest_routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect()
}

#[test]
fn every_documented_route_is_in_the_router() {
    let (listed, routed) = (documented_routes(), declared_routes());
    assert!(routed.len() > 20, "only {} routes were found", routed.len());
    assert_eq!(listed.difference(&routed).collect::<Vec<_>>(), [""; 0], "docs/rest.md lists routes that do not exist");
    assert_eq!(routed.difference(&listed).collect::<Vec<_>>(), [""; 0], "docs/rest.md does not list these routes");
}

#[test]
fn every_file_that_a_document_links_to_exists() {
    let documents =
        ["README.md", "SECURITY.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/design.md", "docs/rest.md"];
    let documents = documents.iter().chain(&["docs/commands.md", "docs/settings.md", "docs/operations.md"]);
    let mut count = 0;
    for document in documents {
        let text = read(document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            count += 1;
            let file = path(document).parent().unwrap().join(target);
            assert!(file.exists(), "{document} links to {target}, which does not exist");
        }
    }
    assert!(count > 20, "only {count} links were found");
}
