//! The `claviger` executable.

use std::process::ExitCode;

fn main() -> ExitCode {
    claviger::server::commands::main()
}
