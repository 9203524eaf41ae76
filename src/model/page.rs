//! The table of all pages and who may see them.

use super::Permission;

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any visitor.
    Anyone,
    /// Any user who is signed in.
    SignedIn,
    /// Users whose roles grant this permission.
    Allowed(Permission),
}

/// Every page by its path.
pub const PAGES: &[(&str, Access)] = &[
    ("/login", Access::Anyone),
    ("/logout", Access::Anyone),
    ("/setup", Access::Anyone),
    ("/dashboard", Access::SignedIn),
    ("/register", Access::Anyone),
    ("/verify-email", Access::Anyone),
    ("/forgot-password", Access::Anyone),
    ("/reset-password", Access::Anyone),
    ("/unlock", Access::Anyone),
    ("/stop-email-change", Access::Anyone),
    ("/account", Access::SignedIn),
    ("/account/sessions", Access::SignedIn),
    ("/confirm", Access::SignedIn),
    ("/inspector", Access::SignedIn),
    ("/admin/monitor", Access::Allowed(Permission::SessionsRead)),
    ("/admin/mail", Access::Allowed(Permission::MailRead)),
    ("/admin/invitations", Access::Allowed(Permission::UsersWrite)),
];

/// Returns who may see the page at `path`, or `None` if there is no such page.
pub fn access_to(path: &str) -> Option<Access> {
    PAGES.iter().find(|(page, _)| *page == path).map(|(_, access)| *access)
}
