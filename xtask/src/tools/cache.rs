//! The user's cache folder, with installed tools and their installation logs.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Returns the folder of one tool; its programs are in `bin`.
pub fn home_of(name: &str, version: &str) -> Result<PathBuf> {
    Ok(folder()?.join("tools").join(format!("{name}-{version}")))
}

/// Creates a new, empty log.
pub fn log_of(name: &str) -> Result<PathBuf> {
    let log = folder()?.join("logs").join(format!("{name}.log"));
    create(log.parent().unwrap_or(&log))?;
    fs::write(&log, "").with_context(|| format!("cannot write {}", log.display()))?;
    Ok(log)
}

/// Waits until no other process installs tools. Its turn ends when the result is dropped.
pub fn turn() -> Result<File> {
    let path = folder()?.join("lock");
    create(path.parent().unwrap_or(&path))?;
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if lock.try_lock().is_err() {
        println!("Waiting for another `cargo xtask` to install its tools …");
        lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(lock)
}

/// Returns a folder for cargo to build a tool in, separate from the project's own target folder and its lock.
pub fn build_folder_of(name: &str) -> Result<PathBuf> {
    let workshop = folder()?.join("build").join(name);
    create(&workshop)?;
    Ok(workshop)
}

/// Creates a folder, or empties an existing one.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    create(folder)
}

fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn folder() -> Result<PathBuf> {
    if let Some(own) = env::var_os("CLAVIGER_CACHE") {
        return Ok(own.into());
    }
    let user = match env::var_os("XDG_CACHE_HOME") {
        Some(user) => PathBuf::from(user),
        None => env::home_dir()
            .context("there is no home folder; say where tools may go: `export CLAVIGER_CACHE=/path`")?
            .join(".cache"),
    };
    Ok(user.join("claviger"))
}
