//! Parses the text of a setting into its type.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;

use crate::model::{DisplayName, Email};

/// Error of a text that is not valid for its setting. Says what it must be instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct Unfit(Cow<'static, str>);

impl Unfit {
    pub(super) fn new(wanted: impl Into<Cow<'static, str>>) -> Self {
        Self(wanted.into())
    }
}

/// A type that settings can have.
pub(super) trait Value: Sized {
    const IS_LIST: bool = false;

    /// Returns the value of an unset setting; `None` if it must be set.
    fn absent() -> Option<Self> {
        None
    }

    /// Parses the value from a trimmed text.
    fn read(text: &str) -> Result<Self, Unfit>;
}

fn parsed<T: FromStr>(text: &str, wanted: &'static str) -> Result<T, Unfit> {
    text.parse().map_err(|_| Unfit::new(wanted))
}

impl Value for bool {
    fn read(text: &str) -> Result<Self, Unfit> {
        parsed(text, "`true` or `false`")
    }
}

impl Value for u32 {
    fn read(text: &str) -> Result<Self, Unfit> {
        parsed(text, "a whole number")
    }
}

impl Value for usize {
    fn read(text: &str) -> Result<Self, Unfit> {
        parsed(text, "a whole number")
    }
}

impl Value for Duration {
    fn read(text: &str) -> Result<Self, Unfit> {
        humantime::parse_duration(text).map_err(|_| Unfit::new("a duration such as 90s, 15m, 24h or 7d"))
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() || text.contains('\0') {
            return Err(Unfit::new("a path such as /var/lib/claviger"));
        }
        Ok(text.into())
    }
}

impl Value for Mailbox {
    fn read(text: &str) -> Result<Self, Unfit> {
        let mailbox = text.parse().ok().filter(|mailbox: &Self| mailbox.email.to_string().is_ascii());
        mailbox
            .filter(|_| !text.contains(char::is_control))
            .ok_or_else(|| Unfit::new("a sender such as Claviger <no-reply@example.com>, with an ASCII address"))
    }
}

impl Value for Email {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text).map_err(|_| Unfit::new("an email address such as audit@example.com"))
    }
}

impl Value for DisplayName {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text).map_err(|_| Unfit::new("a name of at most 100 characters in one line"))
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<Self, Unfit> {
        parsed(text, "an IP address and a port such as 127.0.0.1:3000")
    }
}

impl Value for IpNet {
    fn read(text: &str) -> Result<Self, Unfit> {
        let alone = text.parse::<IpAddr>().map(Self::from);
        let network = alone.or_else(|_| text.parse::<Self>().map(|network| network.trunc()));
        network.map(canonical).map_err(|_| Unfit::new("networks such as 10.0.0.0/8 or fd00::/8"))
    }
}

/// Converts IPv4-mapped IPv6 networks to IPv4, as client addresses are compared.
fn canonical(network: IpNet) -> IpNet {
    let inner = network.prefix_len().checked_sub(96).zip(match network {
        IpNet::V6(network) => network.addr().to_ipv4_mapped(),
        IpNet::V4(_) => None,
    });
    inner.and_then(|(bits, address)| IpNet::new(address.into(), bits).ok()).unwrap_or(network)
}

impl Value for tracing::Level {
    fn read(text: &str) -> Result<Self, Unfit> {
        parsed(text, "`error`, `warn`, `info`, `debug` or `trace`")
    }
}

impl<T: Value> Value for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read(text: &str) -> Result<Self, Unfit> {
        T::read(text).map(Some)
    }
}

impl<T: Value> Value for Vec<T> {
    const IS_LIST: bool = true;

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn read(text: &str) -> Result<Self, Unfit> {
        let items = text.split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(T::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(Duration::read("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(Duration::read("7d"), Ok(Duration::from_hours(168)));
        for text in ["", "90", "s", "-1s", "1.5.h", "forever"] {
            assert!(Duration::read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn lists_are_separated_by_commas() {
        assert_eq!(Vec::<u32>::read("1, 2 ,,3,"), Ok(vec![1, 2, 3]));
        assert_eq!(Vec::<u32>::read(""), Ok(vec![]));
        assert!(Vec::<u32>::read("1 2").is_err());
    }

    #[test]
    fn a_single_address_is_a_network_of_one() {
        let networks = Vec::<IpNet>::read("10.1.2.3/8, 192.0.2.1, ::1");
        let expected = ["10.0.0.0/8", "192.0.2.1/32", "::1/128"].map(str::parse);
        assert_eq!(networks.ok(), expected.into_iter().collect::<Result<_, _>>().ok());
        let mapped = Vec::<IpNet>::read("::ffff:10.0.0.0/104, ::ffff:192.0.2.1, fd00::/8, ::/0");
        let expected = ["10.0.0.0/8", "192.0.2.1/32", "fd00::/8", "::/0"].map(str::parse);
        assert_eq!(mapped.ok(), expected.into_iter().collect::<Result<_, _>>().ok());
        assert!(IpNet::read("10.0.0.0/33").is_err());
        assert!(IpNet::read("proxy.local").is_err());
    }

    #[test]
    fn a_switch_is_true_or_false() {
        assert_eq!(bool::read("true"), Ok(true));
        for text in ["", "yes", "1", "TRUE", "on"] {
            assert!(bool::read(text).is_err(), "{text:?}");
        }
    }
}
