//! Rust components from rustup: the WebAssembly target, rustfmt and clippy.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::cache;
use crate::process::{self, Output};
use crate::project::cargo;

const WASM: &str = "wasm32-unknown-unknown";

/// Installs Rust's standard library for the browser.
pub fn wasm_target() -> Result<()> {
    let sysroot = process::output_of(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    add(&["target", "add", WASM], "Rust's target for browsers")
}

/// Installs rustfmt and clippy, which a minimal Rust lacks.
pub fn lints() -> Result<()> {
    let is_there = |name: &str| process::output_of(cargo().args([name, "--version"])).is_ok();
    if is_there("fmt") && is_there("clippy") {
        return Ok(());
    }
    add(&["component", "add", "rustfmt", "clippy"], "rustfmt and clippy")
}

fn add(words: &[&str], what: &str) -> Result<()> {
    println!("Adding {what} to the toolchain (a few seconds, once) …");
    let log = cache::log_of("rustup")?;
    process::run(Command::new("rustup").args(words), Output::Log(&log)).with_context(|| {
        format!("{what} cannot be added; do it by hand: rustup {}\n{}", words.join(" "), process::last_lines(&log))
    })
}
