//! Node.js, and the npm packages of the tests.

use std::env::consts::{ARCH, OS};
use std::fs;

use anyhow::{Context, Result};

use super::cache;
use super::search_path::SearchPath;
use super::tool::Tool;
use super::version::Wanted;
use super::way::Way;
use crate::process::{self, Output};
use crate::project::Project;
use crate::stamp;

const VERSION: &str = "22.20.0";

/// The oldest version that Playwright supports.
const OLDEST: u32 = 20;

/// Installs Node.js and the packages of `end2end/package-lock.json`.
pub fn install_packages(project: &Project) -> Result<SearchPath> {
    let mut path = SearchPath::default();
    tool().ensure(&mut path)?;
    let end2end = project.end2end();
    let note = end2end.join("node_modules/.installed");
    let lock = stamp::of_file(&end2end.join("package-lock.json")).context("cannot read end2end/package-lock.json")?;
    let wanted = format!("{lock:016x}");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(path);
    }
    println!("Installing the Node packages of the tests (a few seconds, once) …");
    let log = cache::log_of("npm-ci")?;
    let mut npm = path.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&end2end).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm, Output::Log(&log)).with_context(|| {
        format!(
            "the Node packages cannot be installed; do it by hand: cd end2end && npm ci\n{}",
            process::last_lines(&log)
        )
    })?;
    fs::write(&note, wanted).context("cannot write to end2end/node_modules")?;
    Ok(path)
}

fn tool() -> Tool {
    Tool {
        name: "node",
        purpose: "runs the browser tests and the mail server of the tests",
        wanted: Wanted::AtLeast(OLDEST),
        version: VERSION.into(),
        ways: prebuilt().into_iter().collect(),
        by_hand: "see https://nodejs.org/en/download, or on Debian: curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash - && sudo apt-get install -y nodejs".into(),
    }
}

fn prebuilt() -> Option<Way> {
    let platform = match (OS, ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        _ => return None,
    };
    let url = format!("https://nodejs.org/dist/v{VERSION}/node-v{VERSION}-{platform}.tar.gz");
    // The whole archive, because npm is in its `lib` folder.
    Some(Way::Download { url, into: "" })
}
