//! Firefox, in which the browser tests repeat what users do most.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;
use super::search_path::SearchPath;

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];

/// Returns the system's Firefox, or the one that `CLAVIGER_FIREFOX` names.
pub fn find_or_install(path: &SearchPath) -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CLAVIGER_FIREFOX").filter(|chosen| !chosen.is_empty()) {
        return Ok(chosen.into());
    }
    let find = || NAMES.iter().find_map(|name| path.find(name));
    if let Some(system) = find() {
        return Ok(system);
    }
    if apt::install("firefox-esr")?
        && let Some(system) = find()
    {
        return Ok(system);
    }
    bail!("the browser tests need Firefox; install it with `apt-get install -y firefox-esr`, or set CLAVIGER_FIREFOX")
}
