//! API keys: long-lived credentials of a user for programs.

use crate::model::{Network, Permission, SessionId, Timestamp, UserId};
use ipnet::IpNet;
use std::net::IpAddr;

/// An API key without its secret. It is a session of the kind `key`, with the same id.
#[derive(Debug, Clone)]
pub struct ApiKey {
    pub id: SessionId,
    pub owner: UserId,
    pub name: String,
    /// Which of the owner's permissions it may use.
    pub scopes: Vec<Permission>,
    /// Where it may be used from; anywhere if empty.
    pub networks: Vec<IpNet>,
    pub created_at: Timestamp,
    /// `None` if it never expires.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute, and from which network; `None` before the first use.
    pub last_used: Option<(Timestamp, String)>,
}

/// A live API key, with what its owner may do at the same moment.
#[derive(Debug, Clone)]
pub struct ApiKeyInUse {
    pub key: ApiKey,
    pub token_version: i64,
    pub roles: Vec<String>,
}

impl ApiKey {
    /// Returns whether it may be used from this network. Of an IPv6 address only the /64 is known, so ranges are no
    /// narrower than that.
    pub fn admits(&self, network: &Network) -> bool {
        self.networks.is_empty()
            || network.address().is_some_and(|address| self.networks.iter().any(|range| range.contains(&address)))
    }
}

/// Parses an address or a range in CIDR notation. `None` for a range of IPv6 that is narrower than a /64.
pub fn parse_range(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let range = text.parse().ok().or_else(address)?;
    let is_narrow = matches!(range, IpNet::V6(range) if range.prefix_len() > 64);
    (!is_narrow).then(|| range.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(networks: &[&str]) -> ApiKey {
        ApiKey {
            id: SessionId::from_parts(1, 2),
            owner: UserId::from_parts(1, 2),
            name: String::new(),
            scopes: Vec::new(),
            networks: networks.iter().map(|text| parse_range(text).expect("a range")).collect(),
            created_at: Timestamp(0),
            expires_at: None,
            last_used: None,
        }
    }

    #[test]
    fn a_key_is_admitted_from_its_ranges_only() {
        let of = |address: &str| Network::of(address.parse().expect("an address"));
        assert!(key(&[]).admits(&of("198.51.100.7")));
        let key = key(&["198.51.100.0/24", "2001:db8:1::/48", "203.0.113.9"]);
        for inside in ["198.51.100.7", "2001:db8:1:2::3", "203.0.113.9", "::ffff:198.51.100.7"] {
            assert!(key.admits(&of(inside)), "{inside}");
        }
        for outside in ["198.51.101.7", "2001:db8:2::1", "203.0.113.8"] {
            assert!(!key.admits(&of(outside)), "{outside}");
        }
        assert!(!key.admits(&Network::local()));
    }

    #[test]
    fn a_range_of_ipv6_is_a_64_or_wider() {
        assert!(parse_range("2001:db8::/64").is_some());
        for text in ["2001:db8::/65", "2001:db8::1", "198.51.100.0/33", "example.com", ""] {
            assert_eq!(parse_range(text), None, "{text}");
        }
    }
}
