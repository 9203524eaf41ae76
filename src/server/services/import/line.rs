//! Parses the fields of one line into a user.

use crate::{
    model::{DisplayName, Email, USER, Username},
    server::services::{ImportedHash, NewMember},
};
use serde_json::{Map, Value};
use std::fmt::Display;

/// The fields of one line by name.
pub type Fields = Map<String, Value>;

/// The number of the line where a record begins, and what was read from it or a sentence that says how to fix it.
pub type Numbered<T> = (u64, Result<T, String>);

/// All known fields.
pub const NAMES: [&str; 7] = ["email", "username", "name", "roles", "verified", "passwordHash", "createdAt"];

/// Parses a user from the fields. Returns every error with it, each of which says how to fix the line.
///
/// No error repeats a value: it may be a hash, if columns are shifted.
pub fn read(fields: &Fields) -> (NewMember, Vec<String>) {
    let unknown = fields.keys().filter(|name| !NAMES.contains(&name.as_str()));
    let unknown = unknown.map(|name| format!("unknown field{}; allowed: {}", shown(name), NAMES.join(", ")));
    let mut errors: Vec<String> = unknown.collect();
    let member = NewMember {
        email: keep(email(fields), &mut errors),
        is_verified: keep(is_verified(fields), &mut errors),
        username: keep(parsed(fields, "username", Username::parse), &mut errors),
        name: keep(parsed(fields, "name", DisplayName::parse), &mut errors),
        roles: keep(roles(fields), &mut errors),
        password_hash: keep(parsed(fields, "passwordHash", ImportedHash::parse), &mut errors),
        created_at: keep(parsed(fields, "createdAt", str::parse), &mut errors),
    };
    (member, errors)
}

/// Returns the value, or its default after keeping the error.
fn keep<T: Default>(value: Result<T, String>, errors: &mut Vec<String>) -> T {
    value.unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    })
}

fn email(fields: &Fields) -> Result<Option<Email>, String> {
    let email = parsed(fields, "email", |text| Email::parse(text).map_err(|_| "not an email address"))?;
    email.map(Some).ok_or_else(|| "email: missing".to_owned())
}

fn parsed<T, E: Display>(
    fields: &Fields,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, String> {
    text(fields, name)?.map(parse).transpose().map_err(|error| format!("{name}: {}", clause(&error)))
}

/// Returns the error of a form field as a clause: its sentences begin with a capital and may have full stops.
pub fn clause(error: &impl Display) -> String {
    let in_lower_case = |sentence: &str| {
        let mut rest = sentence.chars();
        let first = rest.next().map(char::to_lowercase).into_iter().flatten();
        first.chain(rest).collect::<String>()
    };
    let sentences = error.to_string();
    let sentences: Vec<_> = sentences.trim_end_matches('.').split(". ").map(in_lower_case).collect();
    sentences.join("; ")
}

/// Returns the name of an unknown field for an error, after a space. Without a header row it may be a hash, so only
/// plain names are shown.
pub fn shown(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
    if name.len() <= 30 && name.chars().all(is_plain) { format!(" {name:?}") } else { String::new() }
}

fn text<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(format!("{name}: must be text")),
    }
}

fn is_verified(fields: &Fields) -> Result<bool, String> {
    match fields.get("verified") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(is_verified)) => Ok(*is_verified),
        Some(_) => Err("verified: must be true or false".to_owned()),
    }
}

fn roles(fields: &Fields) -> Result<Vec<String>, String> {
    let wrong = || "roles: must be a list of strings".to_owned();
    let roles = match fields.get("roles") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(roles)) => {
            roles.iter().map(|role| role.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(wrong)?
        }
        Some(_) => return Err(wrong()),
    };
    Ok(if roles.is_empty() { vec![USER.to_owned()] } else { roles })
}
