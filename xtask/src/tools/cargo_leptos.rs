//! cargo-leptos, which builds the site and the server together.

use super::tool::Tool;
use super::version::Wanted;
use super::way::{Lock, Way};

/// 0.3.11 needs a newer Rust than this project requires.
pub const VERSION: &str = "0.3.10";

/// Describes the tool and how to install it.
pub fn tool() -> Tool {
    let build =
        Way::Cargo { package: "cargo-leptos", version: VERSION.into(), lock: Lock::Own, duration: "about 8 minutes" };
    Tool {
        name: "cargo-leptos",
        purpose: "builds the site",
        wanted: Wanted::Exactly(VERSION.into()),
        version: VERSION.into(),
        ways: prebuilt().into_iter().chain([build]).collect(),
        by_hand: format!("cargo install cargo-leptos --version {VERSION} --locked"),
    }
}

fn prebuilt() -> Option<Way> {
    let triple = super::triple()?;
    let url =
        format!("https://github.com/leptos-rs/cargo-leptos/releases/download/v{VERSION}/cargo-leptos-{triple}.tar.gz");
    Some(Way::Download { url, into: "bin" })
}
