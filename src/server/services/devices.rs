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
/// The User-Agent recorded for what Claviger does on its own.
pub const BACKGROUND: &str = "Claviger";

/// Describes a User-Agent, such as `Firefox on Linux` or `Safari on iPhone`. Versions are left out: browsers freeze
/// those of systems, and a description that changes with each update would look like another device.
pub fn in_words(agent: &str) -> String {
    match agent {
        "" => return "Unknown device".to_owned(),
        COMMAND_LINE => return "Command line".to_owned(),
        _ => {}
    }
    match Parser::new().parse(agent) {
        Some(found) if found.name != "UNKNOWN" && found.os != "UNKNOWN" => {
            format!("{} on {}", browser(found.name), system(found.os, agent))
        }
        // A program's own name: `curl/8.5.0`.
        _ => agent.split_whitespace().next().unwrap_or(agent).chars().take(60).collect(),
    }
}

/// Returns whether a User-Agent is of a phone or tablet.
pub fn is_handheld(agent: &str) -> bool {
    Parser::new().parse(agent).is_some_and(|found| found.category == "smartphone")
}

fn browser(name: &str) -> &str {
    match name {
        "SamsungBrowser" => "Samsung Internet",
        "Webview" => "An app",
        other => other,
    }
}

fn system<'a>(os: &'a str, agent: &str) -> &'a str {
    match os {
        "Mac OSX" => "macOS",
        // Browsers name a phone by this word (https://developer.chrome.com/docs/privacy-security/user-agent-client-hints).
        "Android" if agent.contains("Mobile") => "Android phone",
        "Android" => "Android tablet",
        // Windows 11 calls itself 10.
        os if os.starts_with("Windows ") => "Windows",
        other => other,
    }
}

/// Returns the description in lower case, as searches compare it.
pub fn normalized(agent: &str) -> String {
    in_words(agent).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{COMMAND_LINE, in_words, is_handheld};

    #[test]
    fn a_browser_is_named_with_its_system_and_a_program_by_its_name() {
        const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        const IPHONE: &str =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
            (&format!("{WINDOWS} Chrome/137.0.0.0 Safari/537.36"), "Chrome on Windows"),
            (&format!("{WINDOWS} Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0"), "Edge on Windows"),
            (&format!("{WINDOWS} Chrome/137.0.0.0 Safari/537.36 OPR/121.0.0.0"), "Opera on Windows"),
            (&format!("{MAC} Version/18.5 Safari/605.1.15"), "Safari on macOS"),
            (&format!("{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1"), "Safari on iPhone"),
            (&format!("{IPHONE} CriOS/137.0.7151.79 Mobile/15E148 Safari/604.1"), "Chrome on iPhone"),
            (&format!("{IPHONE} FxiOS/139.0 Mobile/15E148 Safari/605.1.15"), "Firefox on iPhone"),
            (
                &format!("{} Version/18.5 Safari/604.1", IPHONE.replace("iPhone; CPU iPhone", "iPad; CPU")),
                "Safari on iPad",
            ),
            (&format!("{ANDROID} Chrome/137.0.0.0 Mobile Safari/537.36"), "Chrome on Android phone"),
            (&format!("{ANDROID} Chrome/137.0.0.0 Safari/537.36"), "Chrome on Android tablet"),
            (
                &format!("{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"),
                "Samsung Internet on Android phone",
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0", "Firefox on Android phone"),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "Unknown device"),
            (COMMAND_LINE, "Command line"),
        ] {
            assert_eq!(in_words(agent), words, "{agent}");
            let is_small = ["iPhone", "iPad", "phone", "tablet"].iter().any(|system| words.ends_with(system));
            assert_eq!(is_handheld(agent), is_small, "{agent}");
        }
    }
}
