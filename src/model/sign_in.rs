//! Signing in: what is typed, where it leads, and what can be said of a failure.

use super::{Email, Username, pasted};
use serde::{Deserialize, Serialize};

/// What a person typed to say who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// An email address.
    Email(Email),
    /// A username, or something that could never be one: it is unknown like any other.
    Username(String),
}

impl Identifier {
    /// Reads what was typed into "Email or username".
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

    /// The form that is compared, and that failed tries are counted under.
    pub fn normalized(&self) -> &str {
        match self {
            Self::Email(email) => email.normalized(),
            Self::Username(name) => name,
        }
    }
}

/// Why nobody was signed in, as far as the person may know.
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
    Banned,
    #[error("Account locked")]
    Locked {
        /// Seconds until the lock opens.
        retry_after: u64,
    },
    #[error("Service busy")]
    Busy,
    #[error("Internal server error")]
    Internal,
}

/// Where to go after sign-in: a path of this site and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    const MAX_BYTES: usize = 2048;

    /// The path if it is one of this site, else none. Browsers read `\` as `/` and drop tabs and
    /// line breaks, so `//host`, `/\host` and anything with such a character is refused; and so is what
    /// becomes `//host` once somebody has taken the dots out (`/..//host`).
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let path = rest.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let safe = text.len() <= Self::MAX_BYTES
            && !path.starts_with(['/', '.', '%'])
            && !path.contains("/.")
            && text.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
        // A server function or the sign-in page itself is no place to land on.
        let lands = !["/fn/", "/login", "/logout", "/api/"].iter().any(|path| text.starts_with(path));
        (safe && lands).then(|| Self(text.to_owned()))
    }

    /// The path.
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
    fn next_never_leads_elsewhere() {
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
    fn what_looks_like_an_address_is_one() {
        assert!(matches!(Identifier::parse("Ada@example.com"), Identifier::Email(_)));
        assert_eq!(Identifier::parse(" Ada ").normalized(), "ada");
        assert_eq!(Identifier::parse("no such\u{0}name").normalized(), "no such\u{0}name");
    }
}
