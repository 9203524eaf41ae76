//! Identifies devices by a cookie and describes them in readable form.

use crate::server::{randomness::Randomness, store::KnownDevice};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;
use woothee::parser::Parser;

/// The id in a device cookie. A trusted device gets past locks that other people's failed attempts have set.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceId(String);

impl DeviceId {
    /// Generates the id of a new device.
    pub fn make(randomness: &Randomness) -> Self {
        Self(URL_SAFE_NO_PAD.encode(randomness.bytes::<32>()))
    }

    /// Parses the id from a cookie; `None` if it is malformed.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Returns the text for the cookie and for the digest.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The caller's browser as one of a user's devices.
#[derive(Clone, Default)]
pub struct Device {
    /// The id from its cookie, if one was sent.
    pub id: Option<DeviceId>,
    pub known: KnownDevice,
}

impl Device {
    /// Returns the id if the user signed in on this device under the current password.
    pub fn trusted(&self) -> Option<&DeviceId> {
        self.id.as_ref().filter(|_| self.known == KnownDevice::Trusted)
    }
}

/// The User-Agent recorded for commands run on the machine itself.
pub const COMMAND_LINE: &str = "command line";

/// Describes a User-Agent, such as `Firefox on Linux`.
pub fn in_words(agent: &str) -> String {
    match agent {
        "" => return "Unknown device".to_owned(),
        COMMAND_LINE => return "Command line".to_owned(),
        _ => {}
    }
    match Parser::new().parse(agent) {
        Some(found) if found.name != "UNKNOWN" && found.os != "UNKNOWN" => format!("{} on {}", found.name, found.os),
        // A program's own name: `curl/8.5.0`.
        _ => agent.split_whitespace().next().unwrap_or(agent).chars().take(60).collect(),
    }
}

/// Returns the description in lower case, as searches compare it.
pub fn normalized(agent: &str) -> String {
    in_words(agent).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{COMMAND_LINE, in_words};

    #[test]
    fn a_browser_is_named_with_its_system_and_a_program_by_its_name() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        assert_eq!(in_words(firefox), "Firefox on Linux");
        assert_eq!(in_words("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(in_words(""), "Unknown device");
        assert_eq!(in_words(COMMAND_LINE), "Command line");
    }
}
