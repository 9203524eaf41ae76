//! Builds the [`Caller`] of a request.

use crate::{
    model::Network,
    server::services::{Caller, devices::DeviceId},
};
use axum::http::{HeaderMap, header};
use std::net::IpAddr;

/// The remote address of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Returns the caller of a request sent from `client`.
pub fn of(headers: &HeaderMap, client: IpAddr, devices: Vec<DeviceId>, request_id: String) -> Caller {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Caller {
        network: Network::of(client),
        agent: agent.chars().filter(|c| !c.is_control()).take(300).collect(),
        request_id,
        devices,
    }
}
