//! CSV (RFC 4180) line by line: no field of a user holds a line break.

use super::line::{Fields, NAMES, shown};
use crate::server::commands::Failure;
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::Value;

/// The names of the fields, out of the first line.
pub fn header(line: &str) -> Result<StringRecord, Failure> {
    let header = split(line).map_err(Failure)?;
    let names: Vec<&str> = header.iter().collect();
    let wrong = |what: String| {
        let names = NAMES.join(",");
        Failure(format!("{what}: the first line names the fields, of {names}, separated by commas"))
    };
    if let Some(name) = names.iter().find(|name| !NAMES.contains(name)) {
        return Err(wrong(format!("there is no field {}", shown(name))));
    }
    if let Some(name) = NAMES.iter().find(|name| names.iter().filter(|other| other == name).count() > 1) {
        return Err(wrong(format!("the field {name} is there twice")));
    }
    if !names.contains(&"email") {
        return Err(wrong("the field email is missing".to_owned()));
    }
    Ok(header)
}

/// The fields of one line.
pub fn fields(header: &StringRecord, line: &str) -> Result<Fields, String> {
    let cells = split(line)?;
    if cells.len() != header.len() {
        return Err(format!(
            "there are {} fields, but {} in the first line: put a text with a comma in quotation marks",
            cells.len(),
            header.len()
        ));
    }
    Ok(header.iter().zip(&cells).map(|(name, cell)| (name.to_owned(), value(name, cell))).collect())
}

fn split(line: &str) -> Result<StringRecord, String> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .trim(Trim::All)
        .buffer_capacity(line.len())
        .from_reader(line.as_bytes());
    let record = reader.into_records().next().and_then(Result::ok);
    record.ok_or_else(|| "this is no line of CSV".to_owned())
}

/// What JSON would say for it.
fn value(name: &str, cell: &str) -> Value {
    match name {
        "roles" => cell.split([' ', ';']).filter(|role| !role.is_empty()).collect(),
        // Spreadsheets write them in capitals.
        "verified" if cell.eq_ignore_ascii_case("true") => Value::Bool(true),
        "verified" if cell.eq_ignore_ascii_case("false") => Value::Bool(false),
        "verified" if cell.is_empty() => Value::Null,
        _ => cell.into(),
    }
}
