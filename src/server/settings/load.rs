//! Loads the settings and checks them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::env_file::EnvFile;
use super::error::SettingsError;
use super::file::SettingsFile;
use super::key::Effect;
use super::keys;
use super::layers::gather;
use super::listing::{Shown, listing};
use super::sections::{Accounts, Audit, Branding, Database, Limits, Lockout, Log, Mail, Passwords, Server, Tokens};
use super::site_addr::site_addr;
use super::values::Values;
use super::warnings::warnings;

/// Everything that decides the settings. `main` reads it from the process and the machine.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file that `--config` names; it must exist.
    pub file: Option<PathBuf>,
    /// The folder of `.env`, and of `Leptos.toml` if `file` is `None`.
    pub working_dir: PathBuf,
    /// The environment variables of the process.
    pub environment: BTreeMap<String, String>,
    /// Dotted keys and their values. The last of two values wins.
    pub flags: Vec<(String, String)>,
    /// Processor cores: the default of `passwords.max_parallel`.
    pub cores: usize,
    /// Whether logs go to a terminal: decides the default of `log.format`.
    pub terminal: bool,
}

/// The result of loading a source.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// The same as text, each with its origin.
    pub listing: Vec<Shown>,
    /// One sentence for each setting that does not do what it seems to.
    pub warnings: Vec<String>,
}

/// All settings, parsed and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address to listen on, which is Leptos's own setting.
    pub site_addr: SocketAddr,
    /// Public URL, name, proxies and folders.
    pub server: Server,
    /// Logo, color and links.
    pub branding: Branding,
    /// The database.
    pub database: Database,
    /// Keys and lifetimes of tokens.
    pub tokens: Tokens,
    /// Rules and cost of passwords.
    pub passwords: Passwords,
    /// Locks after failed sign-ins.
    pub lockout: Lockout,
    /// Rate limits.
    pub limits: Limits,
    /// Who may have an account.
    pub accounts: Accounts,
    /// How mails are sent.
    pub mail: Mail,
    /// How long audit events are kept.
    pub audit: Audit,
    /// Format and level of the log.
    pub log: Log,
}

impl Settings {
    /// Loads the settings of a source: defaults, then file, `.env`, environment and flags.
    pub fn load(source: &Source) -> Result<Loaded, SettingsError> {
        let file = SettingsFile::open(source)?;
        let env_file = EnvFile::open(&source.working_dir)?;
        let values = gather(source, file.as_ref(), &env_file)?;
        let (site_addr, first_line) = site_addr(source, file.as_ref(), &env_file)?;
        let settings = Self::read(&values, site_addr)?;
        let mut lines = vec![first_line];
        lines.extend(listing(&values));
        Ok(Loaded { warnings: warnings(&settings, &values, &env_file), settings, listing: lines })
    }

    fn read(values: &Values, site_addr: SocketAddr) -> Result<Self, SettingsError> {
        refuse_what_is_missing(values)?;
        let database = Database::read(values)?;
        Ok(Self {
            site_addr,
            server: Server::read(values)?,
            branding: Branding::read(values)?,
            tokens: Tokens::read(values, &database)?,
            database,
            passwords: Passwords::read(values)?,
            lockout: Lockout::read(values)?,
            limits: Limits::read(values)?,
            accounts: Accounts::read(values)?,
            mail: Mail::read(values)?,
            audit: Audit::read(values)?,
            log: Log::read(values)?,
        })
    }
}

fn refuse_what_is_missing(values: &Values) -> Result<(), SettingsError> {
    let given = keys::ALL.iter().filter(|key| values.given(key).is_some());
    for key in given {
        if let Effect::Missing(fix) = key.effect {
            return Err(values.refuse(key, fix));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::refusal;

    #[test]
    fn tls_is_refused_rather_than_silently_ignored() {
        assert_eq!(
            refusal(&[("server.tls_cert", "cert.pem")]),
            "`--set server.tls_cert` (`CLAVIGER_SERVER__TLS_CERT` in the environment) can't be set, \
             because this version has no built-in TLS: remove it and put a TLS proxy in front"
        );
        assert!(refusal(&[("server.tls_key", "key.pem")]).contains("TLS proxy"));
        assert!(refusal(&[("server.redirect_http_addr", "0.0.0.0:80")]).contains("TLS proxy"));
    }
}
