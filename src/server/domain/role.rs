//! Roles: named sets of permissions.

use crate::model::{Permission, is_line};
use std::str::FromStr;

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub name: RoleName,
    pub description: String,
    pub permissions: Vec<Permission>,
    /// Whether it can be neither changed nor deleted.
    pub is_built_in: bool,
    /// Incremented by every change.
    pub version: i64,
    /// How many users have it.
    pub holders: i64,
}

/// A role to save.
#[derive(Debug, Clone)]
pub struct NewRole {
    pub name: RoleName,
    pub description: String,
    pub permissions: Vec<Permission>,
}

/// Why a role is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotARole {
    /// The description is longer than 200 characters, or has control or direction characters.
    Description,
    /// A permission has no such name.
    Permission,
}

impl NewRole {
    /// Parses the description and the names of the permissions.
    pub fn parse(name: RoleName, description: &str, permissions: &[String]) -> Result<Self, NotARole> {
        let description = description.trim();
        if !is_line(description, 200) {
            return Err(NotARole::Description);
        }
        let permissions: Result<_, _> = permissions.iter().map(|permission| permission.parse()).collect();
        let permissions = permissions.map_err(|_| NotARole::Permission)?;
        Ok(Self { name, description: description.to_owned(), permissions })
    }
}

/// The name of a role: 1 to 40 of `a-z`, `0-9`, `-` and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName(String);

impl RoleName {
    /// Takes a name from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_letter = |c: char| c.is_ascii_lowercase();
        let is_allowed = |c: char| is_letter(c) || c.is_ascii_digit() || matches!(c, '-' | '_');
        let is_name = text.len() <= 40 && text.starts_with(is_letter) && text.chars().all(is_allowed);
        if is_name { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::RoleName;

    #[test]
    fn a_name_is_short_lower_case_and_safe_in_a_path() {
        for good in ["a", "support", "help-desk_2", &"x".repeat(40)] {
            assert!(good.parse::<RoleName>().is_ok(), "{good}");
        }
        for bad in ["", "Support", "2nd", "-a", "a b", "a,b", "a/b", "é", &"x".repeat(41)] {
            assert!(bad.parse::<RoleName>().is_err(), "{bad}");
        }
    }
}
