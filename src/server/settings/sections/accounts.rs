//! Who may have an account.

use std::time::Duration;

use super::super::error::SettingsError;
use super::super::host::Domain;
use super::super::keys;
use super::super::value::{Unfit, Value};
use super::super::values::Values;
use crate::model::{Email, Username};

pub use crate::model::Registration;

impl Value for Registration {
    fn read(text: &str) -> Result<Self, Unfit> {
        match text {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            "closed" => Ok(Self::Closed),
            _ => Err(Unfit::new("`open`, `invite` or `closed`")),
        }
    }
}

impl Value for Username {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text).map_err(|_| Unfit::new("usernames such as admin or no-reply"))
    }
}

/// The section `accounts`.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Who may register.
    pub registration: Registration,
    /// The domains that addresses may have, normalised; empty means any.
    pub email_domains: Vec<String>,
    /// Usernames that users can't choose, without separators and in lower case.
    reserved_usernames: Vec<String>,
    /// How long a self-registered account may stay unconfirmed.
    pub unconfirmed_retention: Duration,
}

impl Accounts {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let domains = values.read(keys::EMAIL_DOMAINS)?;
        let reserved = values.read(keys::RESERVED_USERNAMES)?;
        Ok(Self {
            registration: values.read(keys::REGISTRATION)?,
            email_domains: domains.into_iter().map(Domain::into_text).collect(),
            reserved_usernames: reserved.iter().map(bare).collect(),
            unconfirmed_retention: values.read_within(keys::UNCONFIRMED_RETENTION)?,
        })
    }

    /// Returns whether accounts may have this address.
    pub fn admits(&self, email: &Email) -> bool {
        self.email_domains.is_empty() || self.email_domains.iter().any(|admitted| admitted == email.domain())
    }

    /// Returns whether users can't choose this username. Case and separators are ignored.
    pub fn reserves(&self, username: &Username) -> bool {
        self.reserved_usernames.contains(&bare(username))
    }
}

fn bare(username: &Username) -> String {
    username.normalized().replace(['.', '_', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal};
    use super::*;

    #[test]
    fn registration_is_one_of_three() {
        let registration =
            |text| load(&[("accounts.registration", text)]).ok().map(|loaded| loaded.settings.accounts.registration);
        assert_eq!(registration("open"), Some(Registration::Open));
        assert_eq!(registration("invite"), Some(Registration::Invite));
        assert_eq!(registration("closed"), Some(Registration::Closed));
        assert!(refusal(&[("accounts.registration", "off")]).ends_with(": must be `open`, `invite` or `closed`"));
    }

    #[test]
    fn reserved_usernames_are_reserved_in_every_spelling() {
        let reserves = |text: Option<&str>, name: &str| {
            let pairs: Vec<_> = text.map(|text| ("accounts.reserved_usernames", text)).into_iter().collect();
            load(&pairs).unwrap().settings.accounts.reserves(&Username::parse(name).unwrap())
        };
        for name in ["admin", "Admin", "ad.min", "root", "support", "no-reply", "noreply", "claviger", "me", "API"] {
            assert!(reserves(None, name), "{name}");
        }
        assert!(!reserves(None, "ada") && !reserves(None, "administer") && !reserves(Some(""), "admin"));
        assert!(reserves(Some("Chef, boss"), "chef") && !reserves(Some("Chef, boss"), "admin"));
        assert!(load(&[("accounts.reserved_usernames", "a b")]).is_err());
    }

    #[test]
    fn domains_are_normalised_as_addresses_are() {
        let accounts = load(&[("accounts.email_domains", "Example.COM, bücher.example")]).unwrap().settings.accounts;
        assert_eq!(accounts.email_domains, ["example.com", "xn--bcher-kva.example"]);
        for text in ["@example.com", "example", "*.example.com/x", "a@example.com"] {
            assert!(load(&[("accounts.email_domains", text)]).is_err(), "{text}");
        }
    }
}
