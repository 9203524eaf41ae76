//! The programs that the commands need: found on this machine, or installed on demand.
//!
//! Installed programs go into the user's cache folder, so that all checkouts share them.

mod apt;
mod cache;
mod cargo_deny;
mod cargo_leptos;
mod cargo_machete;
mod chromium;
mod faketime;
mod firefox;
mod node;
mod postgres;
mod python;
mod rustup;
mod search_path;
mod tool;
mod version;
mod wasm_bindgen;
mod wasm_opt;
mod way;

use std::env::consts::{ARCH, OS};

use anyhow::Result;

pub use cargo_leptos::VERSION as CARGO_LEPTOS_VERSION;
pub use chromium::find_or_install as chromium;
pub use faketime::find_or_install as faketime;
pub use firefox::find_or_install as firefox;
pub use node::install_packages as node_packages;
pub use postgres::find_or_install as postgres;
pub use python::find_or_install as python;
pub use rustup::{lints, wasm_target};
pub use search_path::SearchPath;
pub use wasm_opt::VERSION as WASM_OPT_VERSION;

use crate::project::Project;

/// Returns a search path with everything needed to build the site.
pub fn site(project: &Project) -> Result<SearchPath> {
    wasm_target()?;
    let mut path = SearchPath::default();
    wasm_bindgen::tool(project)?.ensure(&mut path)?;
    cargo_leptos::tool().ensure(&mut path)?;
    wasm_opt::tool().ensure(&mut path)?;
    Ok(path)
}

/// Returns a search path with everything that checks dependencies.
pub fn dependency_checks() -> Result<SearchPath> {
    let mut path = SearchPath::default();
    cargo_machete::tool().ensure(&mut path)?;
    cargo_deny::tool().ensure(&mut path)?;
    Ok(path)
}

/// Returns this machine's target triple in the releases of Rust programs. The musl builds run on every Linux.
fn triple() -> Option<&'static str> {
    match (OS, ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-musl"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    }
}
