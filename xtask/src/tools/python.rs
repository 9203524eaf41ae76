//! Python with the package cryptography, for the test's own verifier of the audit log.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::apt;

/// Installs Debian's package unless Python finds one.
pub fn find_or_install() -> Result<()> {
    if is_there() || apt::install("python3-cryptography")? {
        return Ok(());
    }
    bail!("the tests need Python with cryptography; install it with `apt-get install -y python3-cryptography`")
}

fn is_there() -> bool {
    let probe = Command::new("python3").args(["-c", "import cryptography"]).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}
