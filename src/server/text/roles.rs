//! What administrators read after changing roles.

use crate::{
    model::{FnError, FormErrors},
    server::services::RoleError,
};

pub const ROLE_NAME: &str = "Use 1 to 40 of a–z, 0–9, - and _, and begin with a letter.";

pub fn role_created(name: &str) -> String {
    format!("Role {name} created.")
}

pub fn role_saved(name: &str) -> String {
    format!("Role {name} saved.")
}

pub fn role_deleted(name: &str) -> String {
    format!("Role {name} deleted.")
}

/// Returns the form errors of a role that was not created, changed or deleted.
pub fn role_errors(error: RoleError) -> Result<FormErrors, FnError> {
    Ok(match error {
        RoleError::Missing => return Err(FnError::NotFound),
        RoleError::Service(error) => return Err(error.into()),
        RoleError::Description => FormErrors::of_field("description", "Use at most 200 characters, on one line."),
        RoleError::UnknownPermission => FormErrors::of_form("One of these permissions does not exist. Choose again."),
        RoleError::Taken => FormErrors::of_field("name", "There is already a role with this name."),
        RoleError::BuiltIn => FormErrors::of_form("Built-in roles can’t be changed."),
        RoleError::Held => FormErrors::of_form("Users still have this role. Take it from them first."),
        RoleError::Changed => {
            FormErrors::of_form("Someone else changed this role in the meantime. Check the changes again, then save.")
        }
        RoleError::BeyondActor => FormErrors::of_form(super::users::BEYOND),
    })
}
