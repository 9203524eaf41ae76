//! Checks the rules of the house that no lint knows: how long things may be, and what production code may not do.

use crate::sources::{all_sources, sources};

const LONGEST_FILE: usize = 300;
const LONGEST_FUNCTION: usize = 40;
const LONGEST_HANDLER: usize = 25;

/// Returns the modules that a file declares for tests only, as paths of their files.
fn test_modules(file: &str, text: &str) -> Vec<String> {
    let names = text.split("#[cfg(test)]\nmod ").skip(1).filter_map(|rest| rest.split([';', ' ']).next());
    let folder = file.trim_end_matches("mod.rs").trim_end_matches(".rs").trim_end_matches('/');
    names.map(|name| format!("{folder}/{name}.rs")).collect()
}

/// Returns the production files below a folder of `src`, as lines without unit tests.
fn production(folder: &str) -> Vec<(String, Vec<String>)> {
    let files = sources(folder);
    let tests: Vec<String> = files.iter().flat_map(|(name, text)| test_modules(name, text)).collect();
    let files = files.into_iter().filter(|(name, _)| !tests.contains(name));
    let code = |text: &str| {
        text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines().map(str::to_owned).collect()
    };
    files.map(|(name, text)| (name, code(&text))).collect()
}

/// Returns the name of the function that begins on this line.
fn function_on(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_head = before.split_whitespace().all(|word| word.starts_with("pub") || ["async", "const"].contains(&word));
    let name = after.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
    (is_head && !name.is_empty()).then_some(name)
}

/// Returns each function with its first line and its length. rustfmt puts the end of a function where it begins.
fn functions(lines: &[String]) -> Vec<(&str, &str, usize)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let length = |at: usize| {
        let is_end = |line: &&String| {
            let ends = line.ends_with('}') || line.ends_with(';');
            ends && indent(line) == indent(&lines[at])
        };
        1 + lines[at..].iter().take_while(|line| !is_end(line)).count()
    };
    let heads = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.as_str(), function_on(line)?)));
    heads.map(|(at, line, name)| (name, line, length(at))).collect()
}

#[test]
fn files_have_at_most_300_lines() {
    let long = all_sources().into_iter().map(|(name, text)| (text.lines().count(), name));
    let long: Vec<_> = long.filter(|(lines, _)| *lines > LONGEST_FILE).collect();
    assert!(long.is_empty(), "split these files: {long:#?}");
}

#[test]
fn functions_have_at_most_40_lines() {
    let mut long = Vec::new();
    let mut all = 0;
    for (file, lines) in production("") {
        let functions = functions(&lines);
        all += functions.len();
        let too_long = functions.into_iter().filter(|(_, _, lines)| *lines > LONGEST_FUNCTION);
        long.extend(too_long.map(|(name, _, lines)| format!("{file}: {name}, {lines} lines")));
    }
    assert!(all > 1000, "only {all} functions were found");
    assert!(long.is_empty(), "split these functions: {long:#?}");
}

/// Server functions import what is of the server inside their bodies.
fn without_imports(lines: Vec<String>) -> Vec<String> {
    let mut is_import = false;
    let is_code = |line: &String| {
        is_import |= line.starts_with("    use ");
        let is_code = !is_import;
        is_import &= !line.ends_with(';');
        is_code
    };
    lines.into_iter().filter(is_code).collect()
}

#[test]
fn handlers_and_server_functions_have_at_most_25_lines_without_imports() {
    let mut long = Vec::new();
    for folder in ["server_fns", "server/http/rest"] {
        for (file, lines) in production(folder) {
            let lines = without_imports(lines);
            let handlers = functions(&lines).into_iter().filter(|(_, head, _)| head.starts_with("pub async"));
            let too_long = handlers.filter(|(_, _, lines)| *lines > LONGEST_HANDLER);
            long.extend(too_long.map(|(name, _, lines)| format!("{file}: {name}, {lines} lines")));
        }
    }
    assert!(long.is_empty(), "move their rules into services: {long:#?}");
}

#[test]
fn production_code_never_panics_on_purpose() {
    for (name, lines) in production("") {
        for line in lines {
            let panics = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];
            let panics = panics.iter().any(|call| line.contains(call)) && !line.trim_start().starts_with("//");
            assert!(!panics, "{name}: {line}");
        }
    }
}

/// Server functions for visitors who are not signed in.
const PUBLIC: &[&str] = &[
    "forgot_password",
    "link_state",
    "not_me",
    "register",
    "report_not_me",
    "resend_verification",
    "reset_password",
    "set_theme",
    "set_up",
    "set_up_link",
    "sign_in",
    "sign_out",
    "stop_email_change",
    "unlock",
    "verify_email",
];

/// A page's access holds for GET only; a POST to its server function is checked there.
#[test]
fn every_server_function_requires_a_user_or_is_public() {
    let mut open = Vec::new();
    for (_, text) in sources("server_fns") {
        for function in text.split("\n#[server(").skip(1) {
            let name =
                function.split("pub async fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap().to_owned();
            if !function.contains(".require_user()?") && !function.contains(".require(Permission::") {
                open.push(name);
            }
        }
    }
    open.sort_unstable();
    assert_eq!(open, PUBLIC);
}
