//! `claviger setup-link`.

use super::{
    Failure,
    open::{self, Need},
};
use crate::server::settings::Settings;

/// Prints a new set-up link. Older links stop working.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let services = open::services(settings, Need::First).await?;
    let link = services.set_up.link().await?;
    services.close(super::CLOSING).await;
    let link = link.ok_or_else(|| {
        Failure("there is an administrator already: sign in, or use `claviger user set-role`".to_owned())
    })?;
    println!("{link}");
    Ok(())
}
