//! Ways to install a tool: by download, with cargo, or from npm.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::cache;
use super::search_path::SearchPath;
use crate::process::{self, Output};
use crate::project::cargo;

/// One way to install a tool.
pub enum Way {
    /// A `.tar.gz` with a single folder, whose content goes into the tool's folder `into`.
    Download { url: String, into: &'static str },
    /// A package from crates.io.
    Cargo { package: &'static str, version: String, lock: Lock, duration: &'static str },
    /// A package from npm, with the name of its program.
    Npm { package: &'static str, version: String, program: &'static str },
}

/// Which dependency versions a package from crates.io is built with.
pub enum Lock {
    /// Those in its own lock file.
    Own,
    /// The newest compatible ones.
    None,
}

impl Way {
    /// Returns the activity, to begin a message with.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Download { .. } => "Downloading",
            Self::Cargo { .. } => "Building",
            Self::Npm { .. } => "Fetching",
        }
    }

    /// Returns the source and how long it takes.
    pub fn duration(&self) -> String {
        match self {
            Self::Download { .. } => "a few seconds".into(),
            Self::Npm { .. } => "from npm, a few seconds".into(),
            Self::Cargo { duration, .. } => format!("from source, {duration}"),
        }
    }

    /// Installs the tool into an empty folder, with its program in `bin`.
    pub fn install(&self, home: &Path, path: &SearchPath, log: &Path) -> Result<()> {
        match self {
            Self::Download { url, into } => download(url, &home.join(into), log),
            Self::Cargo { package, version, lock, .. } => build(package, version, lock, home, log),
            Self::Npm { package, version, program } => fetch(&format!("{package}@{version}"), program, home, path, log),
        }
    }
}

/// Gives up early without internet access: another way may work.
fn download(url: &str, folder: &Path, log: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let archive = folder.join("archive.tar.gz");
    let limits = ["--connect-timeout", "5", "--max-time", "300", "--speed-limit", "10000", "--speed-time", "10"];
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--proto", "=https"])
        .args(limits)
        .arg("--output")
        .arg(&archive)
        .arg(url);
    process::run(&mut curl, Output::Log(log))?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(&archive).arg("-C").arg(folder).arg("--strip-components=1");
    process::run(&mut tar, Output::Log(log))?;
    fs::remove_file(&archive).context("cannot remove the archive")
}

/// Makes a debug build: it takes a third of the time, and the tools are fast enough.
fn build(package: &str, version: &str, lock: &Lock, home: &Path, log: &Path) -> Result<()> {
    let build_folder = cache::build_folder_of(package)?;
    let mut install = cargo();
    install.args(["install", package, "--version", &format!("={version}"), "--debug", "--root"]).arg(home);
    if matches!(lock, Lock::Own) {
        install.arg("--locked");
    }
    install.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_TARGET_DIR", &build_folder);
    // Away from the project, whose cargo configuration is not meant for tools.
    install.current_dir(&build_folder);
    process::run(&mut install, Output::Log(log))?;
    fs::remove_dir_all(&build_folder).context("cannot remove the build folder")
}

fn fetch(package: &str, program: &str, home: &Path, path: &SearchPath, log: &Path) -> Result<()> {
    let mut npm = path.command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(home).arg(package).current_dir(home);
    process::run(&mut npm, Output::Log(log))?;
    fs::create_dir_all(home.join("bin"))?;
    symlink(Path::new("../node_modules/.bin").join(program), home.join("bin").join(program))
        .context("cannot link the program")
}
