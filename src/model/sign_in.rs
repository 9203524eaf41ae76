//! Sign-in: the identifier, the page to continue to, and the errors a client may see.

use super::{Email, Page, Timestamp, Username, pasted};
use serde::{Deserialize, Serialize};

/// The email address or username that a person signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// An email address.
    Email(Email),
    /// A username, or text that could never be one, which is treated as an unknown username.
    Username(String),
}

impl Identifier {
    /// Parses the text of the "Email or username" field.
    pub fn parse(text: &str) -> Self {
        match Email::parse(text) {
            Ok(email) => Self::Email(email),
            Err(_) => Self::username(text),
        }
    }

    fn username(text: &str) -> Self {
        let name = Username::parse(text);
        Self::Username(name.map_or_else(|_| pasted::username(text).to_lowercase(), |name| name.normalized()))
    }

    /// Returns the form that is compared, and that failed attempts are counted under.
    pub fn normalized(&self) -> &str {
        match self {
            Self::Email(email) => email.normalized(),
            Self::Username(name) => name,
        }
    }
}

/// Why a sign-in failed, as far as the client may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SignInError {
    #[error("Email and password required")]
    Missing,
    #[error("Invalid email format")]
    InvalidEmail,
    #[error("Invalid email or password")]
    Invalid,
    #[error("User not verified")]
    Unverified,
    #[error("User banned")]
    Banned {
        /// When the ban ends by itself, if it does.
        until: Option<Timestamp>,
    },
    #[error("Account locked")]
    Locked {
        /// Seconds until the lockout ends.
        retry_after: u64,
    },
    #[error("Service busy")]
    Busy,
    #[error("Internal server error")]
    Internal,
}

/// Page to continue to after sign-in: always a path of this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    const MAX_BYTES: usize = 2048;

    /// Parses a path of this site; returns `None` for anything else.
    ///
    /// Browsers read `\` as `/` and drop tabs and line breaks, so `//host`, `/\host` and any text with such a
    /// character are rejected. So is any path that becomes `//host` once its dot segments are removed
    /// (`/..//host`).
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let path = rest.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let safe = text.len() <= Self::MAX_BYTES
            && !path.starts_with(['/', '.', '%'])
            && !path.contains("/.")
            && text.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
        // Server functions, API routes and the sign-in and sign-out pages are no useful destination.
        let lands =
            !["/fn/", Page::SignIn.path(), Page::SignOut.path(), "/api/"].iter().any(|path| text.starts_with(path));
        (safe && lands).then(|| Self(text.to_owned()))
    }

    /// Returns the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_a_path_of_this_site() {
        for path in ["/", "/dashboard", "/admin/users?page=2&sort=-createdAt", "/a//b", "/x#y"] {
            assert!(NextPath::parse(path).is_some(), "{path}");
        }
    }

    #[test]
    fn next_never_leads_to_another_site() {
        for path in [
            "",
            "dashboard",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e%2e//evil.example",
            "/%2f%2fevil.example",
            "/\t/evil.example",
            "/ /x",
            "javascript:alert(1)",
            "/\r\nSet-Cookie: x",
            "/é",
            "/login?next=/login",
            "/fn/sign_in",
            "/logout",
        ] {
            assert!(NextPath::parse(path).is_none(), "{path:?}");
        }
        assert!(NextPath::parse(&format!("/{}", "a".repeat(2048))).is_none());
    }

    #[test]
    fn an_identifier_that_looks_like_an_address_is_one() {
        assert!(matches!(Identifier::parse("Ada@example.com"), Identifier::Email(_)));
        assert_eq!(Identifier::parse(" Ada ").normalized(), "ada");
        assert_eq!(Identifier::parse("no such\u{0}name").normalized(), "no such\u{0}name");
    }
}
