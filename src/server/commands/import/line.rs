//! Parses the fields of one line into a user.

use crate::{
    model::{DisplayName, Email, USER, Username},
    server::services::{ImportedHash, NewMember},
};
use serde_json::{Map, Value};

/// The fields of one line by name.
pub type Fields = Map<String, Value>;

/// The number of the line where a record begins, and what was read from it or a sentence that says how to fix it.
pub type Numbered<T> = (u64, Result<T, String>);

/// All known fields.
pub const NAMES: [&str; 7] = ["email", "username", "name", "roles", "verified", "passwordHash", "createdAt"];

/// Parses a user from the fields. The error says how to fix the line.
///
/// No error repeats a value: it may be a hash, if columns are shifted.
pub fn read(fields: &Fields) -> Result<NewMember, String> {
    if let Some(name) = fields.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(format!("there is no field {}: the fields are {}", shown(name), NAMES.join(", ")));
    }
    let text = |name| text(fields, name);
    let email = text("email")?.ok_or("the email is missing")?;
    let created_at = text("createdAt")?.map(str::parse).transpose();
    Ok(NewMember {
        email: Email::parse(email).map_err(|_| "email: this is no email address")?,
        is_verified: is_verified(fields)?,
        username: text("username")?.map(Username::parse).transpose().map_err(|error| format!("username: {error}"))?,
        name: text("name")?.map(DisplayName::parse).transpose().map_err(|error| format!("name: {error}"))?,
        roles: roles(fields)?,
        password_hash: text("passwordHash")?
            .map(ImportedHash::parse)
            .transpose()
            .map_err(|error| format!("passwordHash: {error}"))?,
        created_at: created_at.map_err(|error| format!("createdAt: {error}"))?,
    })
}

/// Returns the name of an unknown field for an error. Without a header line it may be a hash, so only plain
/// names are shown.
pub fn shown(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
    if name.len() <= 30 && name.chars().all(is_plain) { format!("{name:?}") } else { "of this name".to_owned() }
}

fn text<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err(format!("{name}: write a text")),
    }
}

fn is_verified(fields: &Fields) -> Result<bool, String> {
    match fields.get("verified") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(is_verified)) => Ok(*is_verified),
        Some(_) => Err("verified: write true or false".to_owned()),
    }
}

fn roles(fields: &Fields) -> Result<Vec<String>, String> {
    let wrong = || "roles: write a list of texts".to_owned();
    let roles = match fields.get("roles") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(roles)) => {
            roles.iter().map(|role| role.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(wrong)?
        }
        Some(_) => return Err(wrong()),
    };
    Ok(if roles.is_empty() { vec![USER.to_owned()] } else { roles })
}
