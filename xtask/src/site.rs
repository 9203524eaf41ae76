//! The release build: the site, and the server with the site embedded.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{self, Output};
use crate::project::Project;
use crate::test::duration;
use crate::{stamp, tools};

const BUILD: [&str; 6] = ["build", "--release", "--precompress", "--split", "--features", "split"];

/// Builds the site and the server unless they are up to date. Returns the path of the server.
pub fn build(project: &Project, output: Output) -> Result<PathBuf> {
    let server = project.server();
    // Taken before the build: later edits are not in it.
    let inputs = stamp::inputs(&project.root, &recipe())?;
    if stamp::is_fresh(&server, inputs) {
        println!("The site and the server are up to date.");
        return Ok(server);
    }
    let path = tools::site(project)?;
    println!("Building the site and the server for release (about 20 minutes from nothing on two cores) …");
    let started = Instant::now();
    let mut build = path.command("cargo-leptos");
    build.args(BUILD).current_dir(&project.root);
    process::run(&mut build, output).context("the site cannot be built")?;
    stamp::write(&server, inputs)?;
    println!("Built the site and the server in {}.", duration(started.elapsed()));
    Ok(server)
}

fn recipe() -> String {
    format!("cargo-leptos {} wasm-opt {} {BUILD:?}", tools::CARGO_LEPTOS_VERSION, tools::WASM_OPT_VERSION)
}
