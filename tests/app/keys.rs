//! The keys of test servers, and what their tokens hold.

use claviger::server::services::tokens::{Keyring, MasterSecret};

fn secret(text: &str) -> MasterSecret {
    MasterSecret::new(text.as_bytes().to_vec())
}

/// The keys of all test servers.
pub fn keys() -> Keyring {
    Keyring::new(&secret("only for tests: 32 bytes of text"), &[])
}

/// The keys after a change of the secret.
pub fn rotated_keys() -> Keyring {
    Keyring::new(&secret("newer, for tests: 32 bytes of it"), &[secret("only for tests: 32 bytes of text")])
}

/// Returns the payload of a token without verifying it.
pub fn claims_of(token: &str) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
