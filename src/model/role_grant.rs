//! Roles given to users.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// A role that a user has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoleGrant {
    pub name: String,
    /// When the user loses it; `None` for a role given for good.
    pub until: Option<Timestamp>,
}

impl RoleGrant {
    /// Returns whether the role counts at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Gives a role for good.
impl<T: Into<String>> From<T> for RoleGrant {
    fn from(name: T) -> Self {
        Self { name: name.into(), until: None }
    }
}

/// Writes the name, and the end if there is one.
impl fmt::Display for RoleGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until {
            Some(until) => write!(f, "{} until {until}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The roles that are ticked in a form, each with the end as typed, which may be empty or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TickedRoles(Vec<(String, String)>);

impl TickedRoles {
    /// Pairs the ticked names with the ends that were sent, also for roles that are not ticked.
    pub fn of(names: &[String], ends: &BTreeMap<String, String>) -> Self {
        Self(names.iter().map(|name| (name.clone(), ends.get(name).cloned().unwrap_or_default())).collect())
    }

    /// Parses what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Self {
        Self(serde_urlencoded::from_str(text).unwrap_or_default())
    }

    /// Returns the end typed for a role; `None` if the role is not ticked.
    pub fn end_of(&self, role: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == role).map(|(_, end)| end.as_str())
    }
}

/// Ticks the roles that a user has. Ends are written as inputs of a date and time take them.
impl From<&[RoleGrant]> for TickedRoles {
    fn from(held: &[RoleGrant]) -> Self {
        let end = |until: Timestamp| until.to_string().trim_end_matches('Z').to_owned();
        Self(held.iter().map(|role| (role.name.clone(), role.until.map(end).unwrap_or_default())).collect())
    }
}

impl fmt::Display for TickedRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_urlencoded::to_string(&self.0).unwrap_or_default())
    }
}

/// Returns the name under which the form of a user reports what is wrong with the end of a role.
pub fn until_field(role: &str) -> String {
    format!("until-{role}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_counts_until_the_instant_it_ends_and_is_written_with_its_end() {
        let given = RoleGrant { name: "support".to_owned(), until: Some(Timestamp(1_700_000_000_000)) };
        assert!(given.is_in_force(Timestamp(1_699_999_999_999)) && !given.is_in_force(Timestamp(1_700_000_000_000)));
        assert_eq!(given.to_string(), "support until 2023-11-14T22:13:20Z");
        assert!(RoleGrant::from("user").is_in_force(Timestamp(i64::MAX)));
        assert_eq!(RoleGrant::from("user").to_string(), "user");
    }

    #[test]
    fn what_was_ticked_and_typed_is_kept_as_it_was() {
        let ends = [("support", "soon & so"), ("admin", "2027-01-31T12:00")];
        let ends = ends.map(|(name, end)| (name.to_owned(), end.to_owned())).into();
        let ticked = TickedRoles::of(&["support".to_owned(), "user".to_owned()], &ends);
        let again = TickedRoles::parse(&ticked.to_string());
        assert_eq!(again, ticked);
        let end_of = |role| again.end_of(role);
        assert_eq!([end_of("support"), end_of("user"), end_of("admin")], [Some("soon & so"), Some(""), None]);
        let held = [RoleGrant { name: "support".to_owned(), until: Some(Timestamp(1_700_000_000_000)) }];
        assert_eq!(TickedRoles::from(&held[..]).end_of("support"), Some("2023-11-14T22:13:20"));
    }
}
