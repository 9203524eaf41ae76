//! Installs system packages, if the user may.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::cache;
use crate::machine;
use crate::process::{self, Output};

/// Installs a Debian package as root. Returns whether it did.
pub fn install(package: &str) -> Result<bool> {
    if !(machine::is_debian() && machine::is_root()) {
        return Ok(false);
    }
    println!("Installing Debian's {package} (a minute or two, once) …");
    let log = cache::log_of(&format!("apt-{package}"))?;
    let done = apt_get(&["update"], &log)
        .and_then(|()| apt_get(&["install", "-y", package], &log))
        .inspect_err(|error| println!("  {error:#}\n{}", process::last_lines(&log)));
    Ok(done.is_ok())
}

fn apt_get(words: &[&str], log: &Path) -> Result<()> {
    process::run(Command::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"), Output::Log(log))
}
