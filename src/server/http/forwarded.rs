//! Reads what proxies report about the connection they forwarded: `X-Forwarded-For` and `X-Forwarded-Proto`,
//! or, if neither is present, `Forwarded` (RFC 7239).

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where a request was sent from, according to trusted proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The right-most hop that is not a trusted proxy.
    pub client: IpAddr,
    /// Whether that hop used https; `None` if no trusted proxy reports it.
    pub is_secure: Option<bool>,
}

/// One proxy's record of who connected to it; `None` for anything unreadable.
struct Hop {
    address: Option<IpAddr>,
    is_secure: Option<bool>,
}

/// Returns the sender of a request that came over a connection from `peer`.
///
/// An unreadable entry (`unknown`, an obfuscated name, garbage) gives no address to act on: the last readable
/// hop before it counts as the client.
pub fn sender(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> Sender {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut sender = Sender { client: peer.to_canonical(), is_secure: None };
    for hop in hops(headers).iter().rev() {
        if !is_trusted(sender.client) {
            break;
        }
        sender.is_secure = hop.is_secure.or(sender.is_secure);
        let Some(address) = hop.address else { break };
        sender.client = address;
    }
    sender
}

/// Returns all hops, the nearest last.
fn hops(headers: &HeaderMap) -> Vec<Hop> {
    let addresses = elements(headers, "x-forwarded-for");
    let schemes: Vec<Option<bool>> =
        elements(headers, "x-forwarded-proto").iter().map(|text| is_secure(text.as_deref()?)).collect();
    if addresses.is_empty() && schemes.is_empty() {
        return elements(headers, "forwarded").iter().map(|text| pairs(text.as_deref().unwrap_or_default())).collect();
    }
    // Either each proxy appends to both lists, or there is one scheme: the outermost proxy's, passed on.
    let hops = addresses.len().max(1);
    let scheme_of = |from_right: usize| {
        let at = schemes.len().checked_sub(1 + from_right.min(schemes.len().saturating_sub(1)));
        at.and_then(|at| schemes.get(at).copied().flatten())
    };
    (0..hops)
        .map(|at| Hop {
            address: addresses.get(at).and_then(|text| node(text.as_deref()?)),
            is_secure: scheme_of(hops - 1 - at),
        })
        .collect()
}

/// Returns the elements of a list in all headers of this name, without empty ones (RFC 9110 §5.6.1). An
/// element that is not UTF-8 becomes `None`.
fn elements(headers: &HeaderMap, name: &str) -> Vec<Option<String>> {
    let values = headers.get_all(name).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let texts =
        values.map(|bytes| std::str::from_utf8(bytes).ok().map(|text| text.trim_matches([' ', '\t']).to_owned()));
    texts.filter(|text| text.as_deref() != Some("")).collect()
}

/// Parses one element of `Forwarded`: `for=…;proto=…`, with names and scheme in any case.
fn pairs(text: &str) -> Hop {
    let value_of = |wanted: &str| {
        let mut pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    Hop { address: value_of("for").and_then(node), is_secure: value_of("proto").and_then(is_secure) }
}

/// Parses the address of a node, with or without quotes, brackets, port and zone (RFC 7239 §6, RFC 6874). An
/// IPv4-mapped IPv6 address becomes IPv4.
fn node(text: &str) -> Option<IpAddr> {
    let text = unquoted(text);
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = rest.split_once(']')?;
            let is_port = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
            is_port.then_some(address)?
        }
        None => match text.split_once(':') {
            Some((address, port)) if address.parse::<Ipv4Addr>().is_ok() && is_port(port) => address,
            _ => text,
        },
    };
    let address = address.split_once('%').map_or(address, |(address, _)| address);
    let address = address.parse().or_else(|_| address.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn is_port(text: &str) -> bool {
    let is_obfuscated = text.strip_prefix('_').is_some_and(|rest| !rest.is_empty());
    is_obfuscated || text.parse::<u16>().is_ok()
}

fn is_secure(text: &str) -> Option<bool> {
    match unquoted(text).to_ascii_lowercase().as_str() {
        "https" | "wss" => Some(true),
        "http" | "ws" => Some(false),
        _ => None,
    }
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn of(pairs: &[(&'static str, &[u8])], peer: &str) -> Sender {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).expect("value"));
        }
        let trusted = ["10.0.0.0/8", "127.0.0.1/32", "fd00::/8"].map(|net| net.parse().expect("net"));
        sender(&headers, peer.parse().expect("address"), &trusted)
    }

    fn client(forwarded: &[&'static str], peer: &str) -> String {
        let pairs: Vec<_> = forwarded.iter().map(|value| ("x-forwarded-for", value.as_bytes())).collect();
        of(&pairs, peer).client.to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_headers_are_ignored() {
        assert_eq!(client(&["1.2.3.4"], "198.51.100.7"), "198.51.100.7");
        let found = of(&[("x-forwarded-proto", b"https"), ("forwarded", b"for=1.2.3.4;proto=https")], "198.51.100.7");
        assert_eq!((found.client.to_string().as_str(), found.is_secure), ("198.51.100.7", None));
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        assert_eq!(client(&["6.6.6.6, 198.51.100.7, 10.1.1.1"], "127.0.0.1"), "198.51.100.7");
        assert_eq!(client(&["6.6.6.6", "198.51.100.7"], "10.0.0.1"), "198.51.100.7");
        assert_eq!(client(&["6.6.6.6, 2001:db8::7, [fd00::1]:443"], "::ffff:10.0.0.1"), "2001:db8::7");
        assert_eq!(client(&[], "10.0.0.1"), "10.0.0.1");
    }

    #[test]
    fn every_spelling_of_an_address_is_read() {
        for (text, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7:4711", "198.51.100.7"),
            ("\"198.51.100.7:4711\"", "198.51.100.7"),
            ("198.51.100.7:_port", "198.51.100.7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:c633:6407]:80", "198.51.100.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("\t[2001:db8::1]  ", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
            (",198.51.100.7, ,", "198.51.100.7"),
        ] {
            assert_eq!(client(&[text], "10.0.0.1"), expected, "{text}");
        }
    }

    #[test]
    fn an_unreadable_entry_stops_at_the_last_readable_hop() {
        for text in [
            "nonsense",
            "unknown",
            "_hidden",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]x",
            "[2001:db8::1]:99999",
            "198.51.100.7:x",
            "198.51.100",
            "\"198.51.100.7",
            "for=198.51.100.7",
        ] {
            assert_eq!(client(&["6.6.6.6", text], "10.0.0.1"), "10.0.0.1", "{text}");
            assert_eq!(client(&["6.6.6.6", text, "10.2.2.2"], "10.0.0.1"), "10.2.2.2", "{text}");
        }
        let bytes = of(&[("x-forwarded-for", b"6.6.6.6, \xff"), ("x-forwarded-for", b"198.51.100.7")], "10.0.0.1");
        assert_eq!(bytes.client.to_string(), "198.51.100.7", "bytes before it hide nothing");
        let bytes = of(&[("x-forwarded-for", b"\xff, 198.51.100.7")], "10.0.0.1");
        assert_eq!(bytes.client.to_string(), "198.51.100.7");
    }

    #[test]
    fn the_forwarded_header_is_read_if_there_is_no_other() {
        for text in [
            "for=198.51.100.7",
            "For=\"198.51.100.7:4711\";Proto=HTTPS;by=10.0.0.1",
            "for=6.6.6.6, for=198.51.100.7;proto=https",
            "proto=https; for=198.51.100.7;host=evil.example, for=\"[fd00::1]:443\"",
        ] {
            let found = of(&[("forwarded", text.as_bytes())], "10.0.0.1");
            assert_eq!(found.client.to_string(), "198.51.100.7", "{text}");
        }
        let both = of(&[("x-forwarded-for", b"198.51.100.7"), ("forwarded", b"for=6.6.6.6")], "10.0.0.1");
        assert_eq!(both.client.to_string(), "198.51.100.7", "a client may have sent the other one");
        let hidden = of(&[("forwarded", b"for=6.6.6.6, for=_hidden")], "10.0.0.1");
        assert_eq!(hidden.client.to_string(), "10.0.0.1");
    }

    #[test]
    fn the_scheme_is_the_one_the_client_used() {
        let is_secure = |hops: &'static str, schemes: &'static str| {
            of(&[("x-forwarded-for", hops.as_bytes()), ("x-forwarded-proto", schemes.as_bytes())], "10.0.0.1").is_secure
        };
        assert_eq!(is_secure("198.51.100.7", "https"), Some(true));
        assert_eq!(is_secure("198.51.100.7", "HTTP"), Some(false));
        assert_eq!(is_secure("198.51.100.7, 10.1.1.1", "https"), Some(true), "passed on");
        assert_eq!(is_secure("198.51.100.7, 10.1.1.1", "https, http"), Some(true), "the inner proxies use http");
        assert_eq!(is_secure("6.6.6.6, 198.51.100.7", "https, http"), Some(false), "a client's own words");
        assert_eq!(is_secure("198.51.100.7", "gopher"), None);
        assert_eq!(of(&[("x-forwarded-proto", b"https")], "10.0.0.1").is_secure, Some(true));
        assert_eq!(of(&[("forwarded", b"for=198.51.100.7;proto=http")], "10.0.0.1").is_secure, Some(false));
    }
}
