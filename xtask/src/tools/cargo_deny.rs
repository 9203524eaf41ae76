//! cargo-deny, which checks licenses, sources and banned crates of all dependencies.

use super::tool::Tool;
use super::version::Wanted;
use super::way::{Lock, Way};

const VERSION: &str = "0.20.2";

/// Describes the tool and how to install it.
pub fn tool() -> Tool {
    let build =
        Way::Cargo { package: "cargo-deny", version: VERSION.into(), lock: Lock::Own, duration: "about 5 minutes" };
    Tool {
        name: "cargo-deny",
        purpose: "checks the dependencies",
        wanted: Wanted::Exactly(VERSION.into()),
        version: VERSION.into(),
        ways: prebuilt().into_iter().chain([build]).collect(),
        by_hand: format!("cargo install cargo-deny --version {VERSION} --locked"),
    }
}

fn prebuilt() -> Option<Way> {
    let triple = super::triple()?;
    let url = format!(
        "https://github.com/EmbarkStudios/cargo-deny/releases/download/{VERSION}/cargo-deny-{VERSION}-{triple}.tar.gz"
    );
    Some(Way::Download { url, into: "bin" })
}
