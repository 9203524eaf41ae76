//! `claviger setup-link`.

use super::{
    Failure,
    open::{self, Need},
};
use crate::server::settings::Settings;
use std::io::{self, IsTerminal};

/// Prints a new set-up link. Older links stop working.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let services = open::services(settings, Need::First).await?;
    let link = services.set_up.link().await?;
    services.close(super::CLOSING).await;
    let link = link.ok_or_else(|| {
        Failure(
            "an administrator already exists; sign in, or grant the role with `claviger user set-role WHO admin`"
                .to_owned(),
        )
    })?;
    if io::stdout().is_terminal() && io::stderr().is_terminal() {
        eprintln!("Open this link (valid 24 h) to create the administrator. Older links no longer work.\n");
    }
    println!("{link}");
    Ok(())
}
