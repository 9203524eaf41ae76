//! Facts about this machine and the current user.

use std::fs;
use std::process::Command;

use crate::process;

/// Returns whether the user may install system packages.
pub fn is_root() -> bool {
    process::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Returns whether Debian's package names apply here.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}
