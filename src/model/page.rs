//! The table of pages: their paths, and who may see them.

use super::Permission;
use serde::Serialize;
use std::fmt;

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

/// Declares the pages, each by its name, its path and who may see it.
macro_rules! pages {
    ($($page:ident $path:literal $access:expr;)+) => {
        /// A page of this site. Its view and title are declared in `ui/app.rs`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Page { $($page),+ }

        impl Page {
            /// Every page, in the order of the main navigation.
            pub const ALL: &'static [Self] = &[$(Self::$page),+];

            /// Returns the path of the page.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$page => $path),+ }
            }

            /// Returns who may see the page.
            pub const fn access(self) -> Access {
                match self { $(Self::$page => $access),+ }
            }
        }
    };
}

pages! {
    SignIn "/login" Access::Anyone;
    SignOut "/logout" Access::Anyone;
    SetUp "/setup" Access::Anyone;
    Dashboard "/dashboard" Access::SignedIn;
    Register "/register" Access::Anyone;
    VerifyEmail "/verify-email" Access::Anyone;
    ForgotPassword "/forgot-password" Access::Anyone;
    ResetPassword "/reset-password" Access::Anyone;
    Unlock "/unlock" Access::Anyone;
    StopEmailChange "/stop-email-change" Access::Anyone;
    NotMe "/not-me" Access::Anyone;
    OwnAccount "/account" Access::SignedIn;
    OwnSessions "/account/sessions" Access::SignedIn;
    SecurityLog "/account/security" Access::SignedIn;
    ApiKeys "/account/api-keys" Access::SignedIn;
    Confirm "/confirm" Access::SignedIn;
    Inspector "/inspector" Access::SignedIn;
    Overview "/admin" Access::Allowed(Permission::UsersRead);
    Users "/admin/users" Access::Allowed(Permission::UsersRead);
    NewUser "/admin/users/new" Access::Allowed(Permission::UsersWrite);
    ChangeUsers "/admin/users/bulk" Access::Allowed(Permission::UsersWrite);
    ImportUsers "/admin/users/import" Access::Allowed(Permission::UsersWrite);
    Jobs "/admin/jobs" Access::Allowed(Permission::UsersRead);
    Job "/admin/jobs/{id}" Access::Allowed(Permission::UsersWrite);
    User "/admin/users/{id}" Access::Allowed(Permission::UsersRead);
    Invitations "/admin/invitations" Access::Allowed(Permission::UsersWrite);
    Roles "/admin/roles" Access::Allowed(Permission::RolesRead);
    Monitor "/admin/monitor" Access::Allowed(Permission::SessionsRead);
    AuditLog "/admin/audit" Access::Allowed(Permission::AuditRead);
    AuditEvent "/admin/audit/{id}" Access::Allowed(Permission::AuditRead);
    Outbox "/admin/mail" Access::Allowed(Permission::MailRead);
}

impl Page {
    /// Where the form of the account page sends a picture.
    pub const PICTURE_FORM: &str = "/account/picture";

    /// Where the form that imports users sends its file.
    pub const IMPORT_FORM: &str = "/admin/users/import/file";

    /// Where users download what is kept about them.
    pub const OWN_DATA: &str = "/account/data";

    /// Returns the page at `path`. The guards and the router both ask here, so that they never disagree.
    pub fn of(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|page| page.path() == path || page.id_in(path).is_some())
    }

    /// Returns what is at the place of `{id}` in this path of the page; `None` if it has no such place.
    pub fn id_in(self, path: &str) -> Option<&str> {
        let id = path.strip_prefix(self.path().strip_suffix("{id}")?)?;
        (!id.is_empty() && !id.contains('/')).then_some(id)
    }

    /// Returns the address of the page about what has this id.
    pub fn about(self, id: impl fmt::Display) -> String {
        self.path().replace("{id}", &id.to_string())
    }

    /// Returns the address of the page with this query: pairs, or a struct of them. Pairs without a value
    /// (`None`) are left out.
    pub fn with(self, query: impl Serialize) -> String {
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        let path = self.path();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_encoded_and_left_out_if_it_is_empty() {
        assert_eq!(Page::Confirm.with([("next", "/a?b=1 &c")]), "/confirm?next=%2Fa%3Fb%3D1+%26c");
        assert_eq!(Page::SignIn.with([("next", None), ("ended", Some("1"))]), "/login?ended=1");
        assert_eq!(Page::SignIn.with([("next", None::<&str>)]), "/login");
    }

    #[test]
    fn a_page_is_found_by_exactly_its_path_and_one_about_a_user_by_any_id() {
        assert!(Page::ALL.iter().all(|page| Page::of(page.path()) == Some(*page)), "two pages share a path");
        assert_eq!(Page::of("/account/"), None);
        assert_eq!(Page::of("/admin/users/x"), Some(Page::User));
        assert_eq!((Page::of("/admin/users/"), Page::of("/admin/users/x/y")), (None, None));
        assert_eq!(Page::of("/"), None);
    }
}
