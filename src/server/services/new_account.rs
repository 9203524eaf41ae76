//! Accounts before they are made.

use crate::model::{DisplayName, Email, Password, Username};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub email: Email,
    pub is_verified: bool,
    pub username: Option<Username>,
    /// Without one, the username or what stands before the @.
    pub name: Option<DisplayName>,
    pub roles: Vec<String>,
    pub password: Password,
}

impl NewAccount {
    /// What its owner is called; none if nobody can be called what stands before the @.
    pub(super) fn display_name(&self) -> Option<DisplayName> {
        self.name.clone().or_else(|| usual_name(self.username.as_ref(), &self.email))
    }
}

/// What someone is called who gives no name.
pub(super) fn usual_name(username: Option<&Username>, email: &Email) -> Option<DisplayName> {
    let name = username.map_or(email.local_part(), Username::as_str);
    DisplayName::parse(&name.chars().take(100).collect::<String>()).ok()
}
