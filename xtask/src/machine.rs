//! What kind of machine this is, and who is at work on it.

use std::fs;
use std::process::Command;

use crate::process;

/// Whether the caller may install system packages.
pub fn is_root() -> bool {
    process::answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Whether Debian's package names hold here.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}
