//! The address to listen on: Leptos's own setting, read from where Leptos reads it.

use std::net::SocketAddr;

use super::env_file::{self, EnvFile};
use super::error::SettingsError;
use super::file::SettingsFile;
use super::listing::{Shown, without_password};
use super::load::Source;
use super::value::Value;

const VARIABLE: &str = "LEPTOS_SITE_ADDR";
const DEFAULT: &str = "127.0.0.1:3000";

/// Returns the address in force and its line in the listing.
pub(super) fn site_addr(
    source: &Source,
    file: Option<&SettingsFile>,
    env_file: &EnvFile,
) -> Result<(SocketAddr, Shown), SettingsError> {
    let in_file = file.and_then(|file| Some((file.site_addr.as_deref()?, file)));
    let (text, name, origin) = match (source.environment.get(VARIABLE), env_file.variables.get(VARIABLE), in_file) {
        (Some(text), _, _) => {
            (text.as_str(), format!("`{VARIABLE}` (`site-addr` in Leptos.toml)"), format!("environment {VARIABLE}"))
        }
        (None, Some(text), _) => (
            text.as_str(),
            format!("`{VARIABLE}` in {} (`site-addr` in Leptos.toml)", env_file::FILE_NAME),
            format!("{} {VARIABLE}", env_file::FILE_NAME),
        ),
        (None, None, Some((text, file))) => (
            text,
            format!("`site-addr` in {} (`{VARIABLE}` in the environment)", file.path),
            format!("file {}", file.path),
        ),
        (None, None, None) => (DEFAULT, VARIABLE.to_owned(), "default".to_owned()),
    };
    let address = SocketAddr::read(text.trim()).map_err(|unfit| {
        let shown = without_password(text);
        SettingsError::Value(format!("invalid value `{}` for {name}: {unfit}", shown.escape_debug()))
    })?;
    let shown = Shown { key: "site-addr".to_owned(), value: address.to_string(), origin };
    Ok((address, shown))
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::testing::{Folder, environment, message, source};
    use super::*;

    /// Runs `ask` with this settings file and this variable.
    fn with<T>(file: &str, variable: Option<&str>, ask: impl Fn(&Source) -> T) -> T {
        let folder = Folder::with(file);
        let pairs: Vec<_> = variable.map(|text| (VARIABLE, text)).into_iter().collect();
        ask(&Source { working_dir: folder.path().to_owned(), environment: environment(&pairs), ..source() })
    }

    fn address(source: &Source) -> (String, String) {
        let loaded = Settings::load(source).unwrap();
        let shown = loaded.listing.into_iter().find(|shown| shown.key == "site-addr");
        (loaded.settings.site_addr.to_string(), shown.unwrap().origin)
    }

    const FILE: &str = "[package.metadata.leptos]\nsite-addr = '127.0.0.1:4000'\n";

    #[test]
    fn the_environment_overrides_the_file_and_the_file_the_default() {
        let own = |address: &str, origin: &str| (address.to_owned(), origin.to_owned());
        assert_eq!(address(&source()), own("127.0.0.1:3000", "default"));
        assert_eq!(with(FILE, None, address), own("127.0.0.1:4000", "file Leptos.toml"));
        assert_eq!(with(FILE, Some("[::]:80"), address), own("[::]:80", "environment LEPTOS_SITE_ADDR"));
    }

    #[test]
    fn an_invalid_address_is_named_with_its_source() {
        assert_eq!(
            with(FILE, Some("localhost:3000"), message),
            "invalid value `localhost:3000` for `LEPTOS_SITE_ADDR` (`site-addr` in Leptos.toml): \
             must be an IP address and a port such as 127.0.0.1:3000"
        );
        let bad = "[package.metadata.leptos]\nsite-addr = 3000\n";
        assert!(with(bad, None, message).starts_with(
            "invalid value `3000` for `site-addr` in Leptos.toml (`LEPTOS_SITE_ADDR` in the environment)"
        ));
    }
}
