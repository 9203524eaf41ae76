//! The tables: one line per operation, one column per caller.

use super::callers::{self, CALLERS, Caller, Cast};
use crate::app::TestApp;
use claviger::model::Permission;
use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

/// A cell of a caller for whom the operation is not tried.
const NOT_TRIED: &str = "-";

/// One line of a table.
pub struct Line {
    /// The operation, with words such as `{user}` for objects.
    pub operation: String,
    /// What is sent with it, as JSON; empty if nothing is.
    pub input: String,
    /// All the permissions that the operation needs.
    pub permissions: Vec<Permission>,
    expected: Vec<String>,
}

impl Line {
    fn parse(text: &str) -> Self {
        let cells = text.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        let [operation, input, permissions, expected @ ..] = &cells.collect::<Vec<_>>()[..] else { panic!("{text}") };
        assert_eq!(expected.len(), CALLERS.len(), "{text}");
        let permissions = permissions.split_whitespace().map(|name| name.parse().unwrap()).collect();
        Self { operation: operation.clone(), input: input.clone(), permissions, expected: expected.to_vec() }
    }

    /// Returns each caller who tries the operation, with the expected answer.
    pub fn tries(&self) -> impl Iterator<Item = (Caller, &str)> {
        let all = CALLERS.into_iter().zip(&self.expected).filter(|(_, expected)| *expected != NOT_TRIED);
        all.flat_map(|(caller, expected)| self.cases(caller).into_iter().map(move |caller| (caller, expected.as_str())))
    }

    /// Someone who lacks a permission is tried once without each of them.
    fn cases(&self, caller: Caller) -> Vec<Caller> {
        match caller {
            Caller::Lacking(_) => self.permissions.iter().map(|lacked| Caller::Lacking(*lacked)).collect(),
            other => vec![other],
        }
    }

    /// Returns the operation without the names of its objects, as in `GET /api/v1/users/{}`.
    pub fn plain_operation(&self) -> String {
        plain(&self.operation)
    }
}

/// Removes the names between braces, and the query.
pub fn plain(operation: &str) -> String {
    let path = operation.split('?').next().unwrap_or_default();
    let rest = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    rest.fold(path.split('{').next().unwrap_or_default().to_owned(), |mut text, (_, after)| {
        write!(text, "{{}}{after}").unwrap();
        text
    })
}

/// Reads the lines of the table in this file.
pub fn read(file: &str) -> Vec<Line> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| `"));
    lines.map(Line::parse).collect()
}

/// Asserts that the lines name exactly these operations.
pub fn assert_complete(lines: &[Line], operations: impl IntoIterator<Item = String>) {
    let named: BTreeSet<String> = lines.iter().map(Line::plain_operation).collect();
    let known: BTreeSet<String> = operations.into_iter().map(|operation| plain(&operation)).collect();
    let missing: Vec<_> = known.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "not in the table: {missing:#?}, not an operation: {unknown:#?}");
}

/// Tries every line of a table as each of its callers, and asserts that `answer_to` returns what the cell says.
pub async fn assert_answers(app: &TestApp, file: &str, answer_to: impl AsyncFn(&Line, &Cast) -> String) {
    callers::set_up(app).await;
    let mut wrong = Vec::new();
    for line in read(file) {
        for (caller, expected) in line.tries() {
            let cast = Cast::new(app, caller, &line.permissions).await;
            let actual = answer_to(&line, &cast).await;
            if actual != expected {
                wrong.push(format!("{} {}: {caller:?}: {actual}, not {expected}", line.operation, line.input));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
