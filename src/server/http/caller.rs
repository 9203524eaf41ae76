//! Where a request comes from.

use crate::{
    model::Network,
    server::services::{Caller, devices::DeviceId},
};
use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The caller of a request. `X-Forwarded-For` counts only as far as trusted proxies wrote it: the
/// right-most hop that is none of them is the client.
pub fn of(
    headers: &HeaderMap,
    peer: IpAddr,
    trusted: &[IpNet],
    device: Option<DeviceId>,
    request_id: String,
) -> Caller {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Caller {
        network: Network::of(client(headers, peer, trusted)),
        agent: agent.chars().filter(|c| !c.is_control()).take(300).collect(),
        request_id,
        device,
    }
}

fn client(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|text| text.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        // What can't be read was not written by a proxy of ours: its sender is as far as we see.
        // Some proxies write the port, too.
        let address = hop.parse().or_else(|_| hop.parse().map(|hop: SocketAddr| hop.ip()));
        let Ok(address) = address else { break };
        client = address;
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client_of(forwarded: &[&'static str], peer: &str) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted = ["10.0.0.0/8".parse().expect("net"), "127.0.0.1/32".parse().expect("net")];
        client(&headers, peer.parse().expect("address"), &trusted).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_only_words() {
        assert_eq!(client_of(&["1.2.3.4"], "198.51.100.7"), "198.51.100.7");
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        assert_eq!(client_of(&["6.6.6.6, 198.51.100.7, 10.1.1.1"], "127.0.0.1"), "198.51.100.7");
        assert_eq!(client_of(&["6.6.6.6", "198.51.100.7"], "10.0.0.1"), "198.51.100.7");
        assert_eq!(client_of(&["198.51.100.7, nonsense"], "10.0.0.1"), "10.0.0.1");
        assert_eq!(client_of(&["198.51.100.7:4711"], "10.0.0.1"), "198.51.100.7");
        assert_eq!(client_of(&[], "10.0.0.1"), "10.0.0.1");
    }
}
