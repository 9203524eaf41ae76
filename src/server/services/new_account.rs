//! An account before it is created.

use crate::model::{DisplayName, Email, Password, Username};

/// The details of an account to create.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub email: Email,
    pub is_verified: bool,
    pub username: Option<Username>,
    /// Defaults to the username or the local part of the address.
    pub name: Option<DisplayName>,
    pub roles: Vec<String>,
    /// Without one, the user signs in after a reset.
    pub password: Option<Password>,
}

impl NewAccount {
    /// Returns the display name; `None` if the local part of the address is not a valid name.
    pub(super) fn display_name(&self) -> Option<DisplayName> {
        self.name.clone().or_else(|| usual_name(self.username.as_ref(), &self.email))
    }
}

/// Returns the default display name: the username or the local part of the address.
pub(super) fn usual_name(username: Option<&Username>, email: &Email) -> Option<DisplayName> {
    let name = username.map_or(email.local_part(), Username::as_str);
    DisplayName::parse(&name.chars().take(100).collect::<String>()).ok()
}
