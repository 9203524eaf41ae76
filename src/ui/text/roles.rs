//! Text of the page about roles.

use super::monitor::grouped;
use crate::model::{Permission, RoleLock, RoleQuestion};

pub const ROLES_LEAD: &str =
    "A role is a set of permissions. A change takes effect at the next request of everyone who has the role.";
pub const TABLE: &str = "Roles and permissions";
pub const HOLDERS: &str = "Holders";
pub const BUILT_IN: &str = "Built-in";
pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const EDIT: &str = "Edit";
pub const DELETE: &str = "Delete";
pub const NAME_FIELD: &str = "Name";
pub const NAME_HINT: &str = "1 to 40 of a–z, 0–9, - and _, beginning with a letter. It can’t be changed later.";
pub const DESCRIPTION_FIELD: &str = "Description (optional)";
pub const PERMISSIONS: &str = "Permissions";
pub const LACKING: &str = "You don’t have this permission, so you can’t grant it.";
pub const REVIEW_SUBMIT: &str = "Review changes";
pub const BACK_TO_EDIT: &str = "Edit again";
pub const SAVE: &str = "Save role";
pub const NOTHING_CHANGES: &str = "Nothing has changed.";
pub const TAKEN: &str = "Taken away";
pub const GRANTED: &str = "Granted";
pub const DESCRIPTION: &str = "Description";
pub const NO_DESCRIPTION: &str = "None";
pub const DELETE_LEAD: &str = "This can’t be undone. No user has this role.";
pub const SHOW_HOLDERS: &str = "Show the users with this role";

/// Titles the page that asks this.
pub fn question(question: RoleQuestion) -> &'static str {
    match question {
        RoleQuestion::Create => "Create a role",
        RoleQuestion::Edit => "Edit role",
        RoleQuestion::Review => "Save these changes?",
        RoleQuestion::Delete => "Delete this role?",
    }
}

/// Labels the button that creates or deletes a role.
pub fn button(question: RoleQuestion) -> &'static str {
    match question {
        RoleQuestion::Create => "Create role",
        RoleQuestion::Edit => EDIT,
        RoleQuestion::Review => SAVE,
        RoleQuestion::Delete => "Delete role",
    }
}

/// Explains why a role can't be changed.
pub fn lock(lock: RoleLock) -> &'static str {
    match lock {
        RoleLock::BuiltIn => "Built-in roles can’t be changed or deleted.",
        RoleLock::Beyond => {
            "You can’t change this role, because it, or a user who has it, has permissions that you don’t have."
        }
    }
}

/// Says how many users have a role.
pub fn holders(count: i64) -> String {
    match count {
        0 => "No users have this role.".to_owned(),
        1 => "1 user has this role".to_owned(),
        _ => format!("{} users have this role", grouped(count)),
    }
}

/// Names some of the users who have a role.
pub fn named(names: &[String], count: i64) -> String {
    let more = count - i64::try_from(names.len()).unwrap_or(0);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {} more", grouped(more)) } else { names }
}

/// Warns what a change takes from whom.
pub fn warning(count: i64) -> String {
    let who = if count == 1 { "1 user loses".to_owned() } else { format!("{} users lose", grouped(count)) };
    format!("{who} what is taken away at their next request, unless another of their roles grants it.")
}

/// Tells that a role can't be deleted because users have it.
pub fn held(count: i64) -> String {
    let who =
        if count == 1 { "1 user has this role".to_owned() } else { format!("{} users have this role", grouped(count)) };
    format!("{who}. Take it from them before you delete it.")
}

/// Names what a permission is about, what it allows there, and that in a sentence.
pub fn permission(permission: Permission) -> (&'static str, &'static str, &'static str) {
    match permission {
        Permission::UsersRead => ("Users", "Read", "See all users"),
        Permission::UsersWrite => ("Users", "Write", "Create, invite, edit, suspend and delete users"),
        Permission::RolesRead => ("Roles", "Read", "See all roles and who has them"),
        Permission::RolesWrite => ("Roles", "Write", "Create, edit and delete roles, and give them to users"),
        Permission::SessionsRead => ("Sessions", "Read", "See the sessions of all users"),
        Permission::SessionsRevoke => ("Sessions", "Revoke", "Revoke the sessions of any user"),
        Permission::AuditRead => ("Audit log", "Read", "See the audit log"),
        Permission::MailRead => ("Email", "Read", "See which emails were sent"),
        Permission::MailWrite => ("Email", "Write", "Send emails again"),
        Permission::SystemRead => ("System", "Read", "See the state of the system"),
    }
}

/// Names a permission in one line.
pub fn permission_name(of: Permission) -> String {
    let (about, action, _) = permission(of);
    format!("{about}: {}", action.to_lowercase())
}
