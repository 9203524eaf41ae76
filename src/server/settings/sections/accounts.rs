//! Who may have an account.

use std::time::Duration;

use super::super::error::SettingsError;
use super::super::host::Domain;
use super::super::keys;
use super::super::value::{Unfit, Value};
use super::super::values::Values;
use crate::model::Email;

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

/// The section `accounts`.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Who may register.
    pub registration: Registration,
    /// The domains a registering address may have, normalised; none means any.
    pub email_domains: Vec<String>,
    /// How long an account that registered itself may stay unconfirmed.
    pub unconfirmed_retention: Duration,
}

impl Accounts {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let domains = values.read(keys::EMAIL_DOMAINS)?;
        Ok(Self {
            registration: values.read(keys::REGISTRATION)?,
            email_domains: domains.into_iter().map(Domain::into_text).collect(),
            unconfirmed_retention: values.read_within(keys::UNCONFIRMED_RETENTION)?,
        })
    }

    /// Whether people may have an account with this address.
    pub fn admits(&self, email: &Email) -> bool {
        let domain = email.normalized().rsplit_once('@').map_or("", |(_, domain)| domain);
        self.email_domains.is_empty() || self.email_domains.iter().any(|admitted| admitted == domain)
    }
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
        assert!(
            refusal(&[("accounts.registration", "off")])
                .ends_with("is `off`, but must be `open`, `invite` or `closed`.")
        );
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
