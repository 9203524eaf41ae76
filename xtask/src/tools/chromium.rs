//! The browser for the browser tests.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::search_path::{SearchPath, is_executable};
use super::{apt, cache};
use crate::process::{self, Output};
use crate::project::Project;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ON_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Returns the system's Chromium, or `None` if Playwright installed its own.
pub fn find_or_install(project: &Project, path: &SearchPath) -> Result<Option<PathBuf>> {
    if let Some(chosen) = env::var_os("CLAVIGER_CHROMIUM").filter(|chosen| !chosen.is_empty()) {
        return Ok(Some(chosen.into()));
    }
    if let Some(system) = find(path) {
        return Ok(Some(system));
    }
    if install_with_playwright(project, path).is_ok() {
        return Ok(None);
    }
    if apt::install("chromium")?
        && let Some(system) = find(path)
    {
        return Ok(Some(system));
    }
    bail!(
        "the browser tests need Chromium; install it with `npx playwright install --with-deps chromium` in end2end/, or `apt-get install -y chromium`"
    )
}

fn find(path: &SearchPath) -> Option<PathBuf> {
    let on_macos = PathBuf::from(ON_MACOS);
    let found = NAMES
        .iter()
        .filter_map(|name| path.find(name))
        .chain([on_macos].into_iter().filter(|path| is_executable(path)));
    // Ubuntu's `chromium-browser` may only print a hint to install it.
    found.into_iter().find(|program| process::output_of(Command::new(program).arg("--version")).is_ok())
}

/// Fast if it is already installed.
fn install_with_playwright(project: &Project, path: &SearchPath) -> Result<()> {
    println!("Getting Playwright's Chromium (about a minute, once) …");
    let log = cache::log_of("chromium")?;
    let mut install = path.command("npx");
    install.args(["playwright", "install", "chromium"]).current_dir(project.end2end());
    install.env("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "5000");
    process::run(&mut install, Output::Log(&log)).inspect_err(|error| println!("  This way failed: {error:#}."))
}
