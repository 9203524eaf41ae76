//! The network of a request, as coarse as rate limits and people need it.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// An IPv4 address or an IPv6 /64: what a single caller controls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// Returns the network of a caller's address. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.to_string()),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self(format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
    }

    /// Returns the placeholder for the command line, which has no network.
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// Takes a network from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the largest block that one subscriber controls: an IPv4 address or an IPv6 /48.
    pub fn of_subscriber(&self) -> String {
        self.wider().map_or_else(|| self.0.clone(), |[_, widest]| widest)
    }

    /// Returns the surrounding IPv6 /56 and /48, which providers assign to one customer; `None` for IPv4.
    pub fn wider(&self) -> Option<[String; 2]> {
        let address: Ipv6Addr = self.0.strip_suffix("/64")?.parse().ok()?;
        let [a, b, c, d, ..] = address.segments();
        let prefix = |d: u16, bits: u8| format!("{}/{bits}", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
        Some([prefix(d & 0xff00, 56), prefix(0, 48)])
    }

    /// Returns the IPv4 address, or the first one of the /64; `None` for the command line.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.strip_suffix("/64").unwrap_or(&self.0).parse().ok()
    }

    /// Returns the text that is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Option<String> {
        address.parse().ok().map(|address| Network::of(address).to_string())
    }

    #[test]
    fn an_ipv4_network_is_the_whole_address_and_an_ipv6_network_its_first_64_bits() {
        assert_eq!(of("198.51.100.7"), Some("198.51.100.7".into()));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), Some("2001:db8:1:2::/64".into()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_eq!(of("::ffff:198.51.100.7"), of("198.51.100.7"));
    }

    #[test]
    fn a_subscriber_is_an_ipv6_48_or_one_ipv4_address() {
        let subscriber = |address: &str| Network::of(address.parse().expect("an address")).of_subscriber();
        assert_eq!(subscriber("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
        assert_eq!(subscriber("198.51.100.7"), "198.51.100.7");
        assert_eq!(Network::local().of_subscriber(), "local");
        let wider = |address: &str| Network::of(address.parse().expect("an address")).wider();
        assert_eq!(wider("2001:db8:1:234::5"), Some(["2001:db8:1:200::/56".into(), "2001:db8:1::/48".into()]));
        assert_eq!(wider("198.51.100.7"), None);
    }
}
