//! libfaketime, which sets the clock of a server in the tests.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;

/// Installs it where the tests look for it. They use it on Linux only.
pub fn find_or_install() -> Result<()> {
    if cfg!(not(target_os = "linux")) || is_there() || apt::install("libfaketime")? {
        return Ok(());
    }
    bail!("the tests need libfaketime; install it with `apt-get install -y libfaketime` or `dnf install libfaketime`")
}

fn is_there() -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders = folders.chain([PathBuf::from("/usr/lib64")]);
    folders.any(|folder| folder.join("faketime/libfaketime.so.1").is_file())
}
