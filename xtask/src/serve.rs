//! Starts the server: built for release, or rebuilt after every change.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::Output;
use crate::project::Project;
use crate::{site, tools};

/// Replaces this process with the release server, so that signals reach it directly.
pub fn run(project: &Project, arguments: &[OsString]) -> Result<ExitCode> {
    let server = site::build(project, Output::Terminal)?;
    let error = Command::new(server).arg("serve").args(arguments).current_dir(&project.root).exec();
    Err(error).context("the server does not start")
}

/// Replaces this process with `cargo leptos watch`.
pub fn watch(project: &Project, arguments: &[OsString]) -> Result<ExitCode> {
    let path = tools::site(project)?;
    let error = path.command("cargo-leptos").arg("watch").args(arguments).current_dir(&project.root).exec();
    Err(error).context("cargo-leptos does not start")
}
