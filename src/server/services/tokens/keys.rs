//! Derives one key per purpose from a master secret (HKDF, RFC 5869).

use crate::server::domain::SecretPurpose;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::Sha256;
use std::{fmt, sync::Arc};

/// At least 32 random bytes from which all keys are derived.
#[derive(Clone)]
pub struct MasterSecret(Vec<u8>);

/// Why the server must not start with these keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "the key (tokens.jwt_secret, or jwt.key in server.data_dir) does not belong to this database: restore the old key, or add it to tokens.jwt_previous"
    )]
    Unknown,
}

/// The current signing keys, and previous ones that still verify. Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    current: Arc<KeySet>,
    previous: Arc<[KeySet]>,
}

/// All keys derived from one master secret.
pub struct KeySet {
    /// The first bytes of the fingerprint. They name the key inside tokens without revealing it.
    pub(super) id: [u8; 4],
    pub(super) kid: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
    refresh: [u8; 32],
    names: [u8; 32],
    links: [u8; 32],
    devices: [u8; 32],
    pub(super) mail: [u8; 32],
    pub(super) flows: [u8; 32],
    pub(super) answers: [u8; 32],
    audit: SigningKey,
    fingerprint: [u8; 32],
}

impl MasterSecret {
    /// Wraps bytes whose quality was checked when they were read.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = format!("claviger {purpose} 1");
        // Fails only for an output longer than 255 hashes.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(info.as_bytes(), &mut key);
        key
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl KeySet {
    fn derived_from(secret: &MasterSecret) -> Self {
        let fingerprint = secret.derive("fingerprint");
        let [a, b, c, d, ..] = fingerprint;
        let access = secret.derive("access");
        Self {
            id: [a, b, c, d],
            kid: URL_SAFE_NO_PAD.encode([a, b, c, d]),
            signing: EncodingKey::from_secret(&access),
            verifying: DecodingKey::from_secret(&access),
            refresh: secret.derive("refresh"),
            names: secret.derive("names"),
            links: secret.derive("links"),
            devices: secret.derive("devices"),
            mail: secret.derive("mail"),
            flows: secret.derive("flows"),
            answers: secret.derive("answers"),
            audit: SigningKey::from_bytes(&secret.derive("audit")),
            fingerprint,
        }
    }

    /// Returns the HMAC-SHA256 of a refresh token's body.
    pub(super) fn refresh_mac(&self, body: &[u8]) -> Hmac<Sha256> {
        mac(&self.refresh, body)
    }

    fn fingerprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.fingerprint)
    }
}

impl Keyring {
    /// Signs with `current`. Tokens signed with `previous` stay valid until they expire.
    pub fn new(current: &MasterSecret, previous: &[MasterSecret]) -> Self {
        Self {
            current: Arc::new(KeySet::derived_from(current)),
            previous: previous.iter().map(KeySet::derived_from).collect(),
        }
    }

    /// Returns the fingerprint to store in the database. `recorded` is the stored one. Fails if no key
    /// matches it.
    pub fn fingerprint_for(&self, recorded: Option<&str>) -> Result<String, KeyError> {
        let is_known = |recorded: &str| self.all().any(|keys| keys.fingerprint() == recorded);
        match recorded {
            Some(recorded) if !is_known(recorded) => Err(KeyError::Unknown),
            _ => Ok(self.current.fingerprint()),
        }
    }

    /// Returns the digest under which attempts with a name are counted. The name can't be recovered from it.
    pub fn name_digest(&self, name: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current.names, name.as_bytes()).finalize().into_bytes())
    }

    /// Returns the digest of a mailed code. Codes are short, so without the key anyone with the database
    /// could try all of them.
    pub fn code_digest(&self, purpose: SecretPurpose, subject: &str, code: &str) -> String {
        let message = format!("{purpose}\n{subject}\n{code}");
        URL_SAFE_NO_PAD.encode(mac(&self.current.links, message.as_bytes()).finalize().into_bytes())
    }

    /// Returns the digest of a device cookie's id.
    pub fn device_digest(&self, device: &str) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current.devices, device.as_bytes()).finalize().into_bytes())
    }

    /// Signs a statement about the audit log (Ed25519, RFC 8032). Returns the signature in base64.
    pub fn sign_audit(&self, statement: &[u8]) -> String {
        STANDARD.encode(self.current.audit.sign(statement).to_bytes())
    }

    /// Returns the public keys of the audit log, in base64, the current one first.
    pub fn audit_keys(&self) -> Vec<String> {
        self.all().map(|keys| STANDARD.encode(keys.audit.verifying_key().to_bytes())).collect()
    }

    pub(super) fn current(&self) -> &KeySet {
        &self.current
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(self.current()).chain(self.previous.iter())
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> Hmac<Sha256> {
    let key: &hmac::digest::Key<Hmac<Sha256>> = &padded(key).into();
    let mut mac = Hmac::<Sha256>::new(key);
    mac.update(message);
    mac
}

/// Pads a key with zeros to the block size of the hash, as HMAC does (RFC 2104 §2).
fn padded(key: &[u8; 32]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> MasterSecret {
        MasterSecret::new(vec![byte; 32])
    }

    #[test]
    fn an_unknown_key_prevents_the_start_unless_the_old_one_is_kept() {
        let old = Keyring::new(&secret(1), &[]).fingerprint_for(None);
        let old = old.as_deref().ok();
        assert_eq!(Keyring::new(&secret(2), &[]).fingerprint_for(old), Err(KeyError::Unknown));
        let rotated = Keyring::new(&secret(2), &[secret(1)]);
        assert_eq!(rotated.fingerprint_for(old), Keyring::new(&secret(2), &[]).fingerprint_for(None));
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let secret = secret(1);
        assert_ne!(secret.derive("access"), secret.derive("refresh"));
        assert_eq!(format!("{secret:?}"), "***");
    }

    #[test]
    fn the_mac_is_hmac_sha256() {
        // Python: hmac.new(bytes([7]*32), b"ada", "sha256")
        let ours = mac(&[7; 32], b"ada").finalize().into_bytes();
        let theirs = Hmac::<Sha256>::new_from_slice(&[7; 32]).map(|mut mac| {
            mac.update(b"ada");
            mac.finalize().into_bytes()
        });
        assert_eq!(Ok(ours), theirs);
    }
}
