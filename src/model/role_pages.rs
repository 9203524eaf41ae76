//! Data and addresses of the page about roles.

use super::{Page, Permission, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// Why the current user can't change a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleLock {
    BuiltIn,
    /// It, or a user who has it, has a permission that the current user lacks.
    Beyond,
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleLine {
    pub name: String,
    pub description: String,
    pub permissions: Vec<Permission>,
    pub holders: i64,
    pub lock: Option<RoleLock>,
}

/// Data of the table of roles and permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleMatrix {
    pub roles: Vec<RoleLine>,
    /// The permissions of the current user, who can grant no others.
    pub held: Vec<Permission>,
    pub now: Timestamp,
}

/// Data of the forms about one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRole {
    pub line: RoleLine,
    /// Incremented by every change.
    pub version: i64,
    /// The permissions of the current user, who can grant no others.
    pub held: Vec<Permission>,
    /// The names of a few users who have the role; empty if the current user may not see users.
    pub first_holders: Vec<String>,
    pub now: Timestamp,
}

/// What the page about roles asks before something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum RoleQuestion {
    Create,
    Edit,
    /// Whether to save what was edited.
    Review,
    Delete,
}

/// What a role is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDraft {
    pub description: String,
    pub permissions: Vec<Permission>,
}

/// Parsed query of the page about roles. The values are untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleQuery {
    /// `None` shows all roles.
    pub ask: Option<RoleQuestion>,
    pub role: String,
    pub draft: Option<RoleDraft>,
}

impl RoleQuery {
    /// Parses a query, without the question mark.
    pub fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let all = |wanted: &'static str| pairs.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value);
        let draft = all("description").next().map(|description| RoleDraft {
            description: description.clone(),
            permissions: all("permissions").filter_map(|name| name.parse().ok()).collect(),
        });
        let ask = all("ask").next().and_then(|ask| ask.parse().ok());
        Self { ask, role: all("role").next().cloned().unwrap_or_default(), draft }
    }

    /// Returns the address that asks this about a role, which is empty for a new one.
    pub fn address(ask: RoleQuestion, role: &str, draft: Option<&RoleDraft>) -> String {
        let name: &'static str = ask.into();
        let mut pairs = vec![("ask", name.to_owned())];
        if !role.is_empty() {
            pairs.push(("role", role.to_owned()));
        }
        if let Some(RoleDraft { description, permissions }) = draft {
            pairs.push(("description", description.clone()));
            pairs.extend(permissions.iter().map(|permission| ("permissions", permission.to_string())));
        }
        Page::Roles.with(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_is_parsed_from_its_own_address() {
        let permissions = vec![Permission::UsersRead, Permission::AuditRead];
        let draft = RoleDraft { description: "Helps & looks".to_owned(), permissions };
        let address = RoleQuery::address(RoleQuestion::Review, "support", Some(&draft));
        let query = address.split_once('?').expect("a query").1;
        let parsed = RoleQuery::parse(query);
        assert_eq!(
            (parsed.ask, parsed.role.as_str(), parsed.draft),
            (Some(RoleQuestion::Review), "support", Some(draft))
        );
        assert_eq!(RoleQuery::parse("ask=x&role=a&permissions=users:read").ask, None);
        assert_eq!(RoleQuery::parse("role=a&permissions=users:read").draft, None);
        assert_eq!(RoleQuery::address(RoleQuestion::Create, "", None), "/admin/roles?ask=create");
    }
}
