//! cargo-machete, which finds dependencies that no source file names.

use super::tool::Tool;
use super::version::Wanted;
use super::way::{Lock, Way};

const VERSION: &str = "0.9.2";

/// Describes the tool and how to install it.
pub fn tool() -> Tool {
    let build =
        Way::Cargo { package: "cargo-machete", version: VERSION.into(), lock: Lock::Own, duration: "about a minute" };
    Tool {
        name: "cargo-machete",
        purpose: "finds unused dependencies",
        wanted: Wanted::Exactly(VERSION.into()),
        version: VERSION.into(),
        ways: vec![build],
        by_hand: format!("cargo install cargo-machete --version {VERSION} --locked"),
    }
}
