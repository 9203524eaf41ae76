//! Decides which versions of a tool are acceptable.

use std::fmt::{Display, Formatter};

/// The required version of an installed tool.
pub enum Wanted {
    Exactly(String),
    /// The lowest major version.
    AtLeast(u32),
}

impl Wanted {
    /// Returns whether a tool with this `--version` output is acceptable.
    pub fn accepts(&self, answer: &str) -> bool {
        version_in(answer).is_some_and(|version| match self {
            Self::Exactly(wanted) => version == wanted,
            Self::AtLeast(least) => first_number(version).is_some_and(|number| number >= *least),
        })
    }
}

impl Display for Wanted {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(version) => write!(formatter, "{version}"),
            Self::AtLeast(least) => write!(formatter, "{least} or newer"),
        }
    }
}

fn version_in(answer: &str) -> Option<&str> {
    let words = answer.split_whitespace().map(|word| word.strip_prefix('v').unwrap_or(word));
    words.into_iter().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn first_number(version: &str) -> Option<u32> {
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Returns the version of a package in the text of a Cargo.lock.
pub fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;

    #[test]
    fn the_locked_version_is_that_of_the_package_with_exactly_this_name() {
        assert_eq!(locked(LOCK, "wasm-bindgen"), Some("0.2.130"));
    }

    #[test]
    fn a_package_that_is_not_in_the_lock_file_has_no_version() {
        assert_eq!(locked(LOCK, "wasm"), None);
    }

    #[test]
    fn each_tools_version_output_is_understood() {
        assert_eq!(version_in("cargo-leptos 0.3.10\n"), Some("0.3.10"));
        assert_eq!(version_in("wasm-opt version 132 (version_132)"), Some("132"));
        assert_eq!(version_in("v20.20.2"), Some("20.20.2"));
        assert_eq!(version_in("initdb (PostgreSQL) 15.14 (Debian 15.14-0)"), Some("15.14"));
        assert_eq!(version_in("not found"), None);
    }

    #[test]
    fn an_exact_version_accepts_no_other() {
        let wanted = Wanted::Exactly("0.3.10".into());
        assert!(wanted.accepts("cargo-leptos 0.3.10"));
        assert!(!wanted.accepts("cargo-leptos 0.3.1"));
        assert!(!wanted.accepts("cargo-leptos 0.3.101"));
    }

    #[test]
    fn a_minimum_version_accepts_newer_ones() {
        let wanted = Wanted::AtLeast(20);
        assert!(wanted.accepts("v20.0.0"));
        assert!(wanted.accepts("v100.1.0"));
        assert!(!wanted.accepts("v18.19.0"));
        assert!(!wanted.accepts("error"));
    }
}
