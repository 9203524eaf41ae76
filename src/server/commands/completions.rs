//! `claviger completions SHELL`.

use super::{Failure, print};
use clap_complete::Shell;

/// Prints the script that completes commands and options in this shell.
pub fn run(shell: Shell, mut command: clap::Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "claviger", &mut script);
    print(String::from_utf8_lossy(&script).trim_end())
}
