//! The wasm-bindgen program, whose version must match the one in Cargo.lock.

use std::fs;

use anyhow::{Context, Result};

use super::tool::Tool;
use super::version::{self, Wanted};
use super::way::{Lock, Way};
use crate::project::Project;

/// Describes the tool and how to install it.
pub fn tool(project: &Project) -> Result<Tool> {
    let lock = fs::read_to_string(project.root.join("Cargo.lock"))
        .context("cannot read Cargo.lock; create it with `cargo generate-lockfile`")?;
    let version = version::locked(&lock, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen; fix it with `cargo generate-lockfile`")?;
    // Its own lock file names versions that are no longer available.
    let build = Way::Cargo {
        package: "wasm-bindgen-cli",
        version: version.into(),
        lock: Lock::None,
        duration: "about a minute",
    };
    Ok(Tool {
        name: "wasm-bindgen",
        purpose: "joins WebAssembly and JavaScript",
        wanted: Wanted::Exactly(version.into()),
        version: version.into(),
        ways: prebuilt(version).into_iter().chain([build]).collect(),
        by_hand: format!("cargo install wasm-bindgen-cli --version {version}"),
    })
}

fn prebuilt(version: &str) -> Option<Way> {
    let triple = super::triple()?;
    let url = format!(
        "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{triple}.tar.gz"
    );
    Some(Way::Download { url, into: "bin" })
}
