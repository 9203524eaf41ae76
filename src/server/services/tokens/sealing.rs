//! Encrypts content that the database stores but must not be able to read.

use super::keys::{KeySet, Keyring};
use crate::server::randomness::Randomness;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};

/// The length of a key's id, and of a nonce, which is long enough to be random.
const ID: usize = 4;
const NONCE: usize = 24;

/// What is encrypted. Each kind has its own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// The content of mails, which contains links.
    Mail,
    /// Form input of browsers that are not signed in.
    Flow,
    /// Answers that repeated requests get, which may contain secrets that are shown once.
    Answer,
}

impl Keyring {
    /// Encrypts `content` with the current key (XChaCha20-Poly1305). It opens under the same `id` only, so
    /// that no one with write access to the database can move content between rows.
    pub fn seal(&self, kind: Sealed, id: &str, content: &[u8], randomness: &Randomness) -> String {
        let keys = self.current();
        let nonce = randomness.bytes::<NONCE>();
        let payload = Payload { msg: content, aad: id.as_bytes() };
        // Fails only for content over 256 GiB; the result would not open.
        let sealed = cipher(keys, kind).encrypt(&nonce.into(), payload).unwrap_or_default();
        URL_SAFE_NO_PAD.encode([&keys.id[..], &nonce, &sealed].concat())
    }

    /// Decrypts content sealed under `id` with the current or a previous secret.
    pub fn open(&self, kind: Sealed, id: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (key_id, rest) = bytes.split_first_chunk::<ID>()?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE>()?;
        let keys = self.all().find(|keys| keys.id == *key_id)?;
        cipher(keys, kind).decrypt(&(*nonce).into(), Payload { msg, aad: id.as_bytes() }).ok()
    }
}

fn cipher(keys: &KeySet, kind: Sealed) -> XChaCha20Poly1305 {
    let key = match kind {
        Sealed::Mail => &keys.mail,
        Sealed::Flow => &keys.flows,
        Sealed::Answer => &keys.answers,
    };
    XChaCha20Poly1305::new(key.into())
}

#[cfg(test)]
mod tests {
    use super::super::MasterSecret;
    use super::*;

    fn ring(current: u8, previous: &[u8]) -> Keyring {
        let secret = |byte: &u8| MasterSecret::new(vec![*byte; 32]);
        Keyring::new(&secret(&current), &previous.iter().map(secret).collect::<Vec<_>>())
    }

    fn sealed(keys: &Keyring) -> String {
        keys.seal(Sealed::Mail, "one", b"a link", &Randomness::seeded(1))
    }

    #[test]
    fn what_was_sealed_opens_and_cannot_be_read() {
        let keys = ring(1, &[]);
        let text = sealed(&keys);
        assert_eq!(keys.open(Sealed::Mail, "one", &text), Some(b"a link".to_vec()));
        assert!(!String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(&text).unwrap()).contains("link"));
    }

    #[test]
    fn sealing_the_same_content_twice_gives_different_results() {
        let (keys, randomness) = (ring(1, &[]), Randomness::seeded(1));
        let seal = || keys.seal(Sealed::Mail, "one", b"a link", &randomness);
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_sealed_text_opens_only_for_its_purpose_and_place() {
        let keys = ring(1, &[]);
        let text = sealed(&keys);
        assert_eq!(keys.open(Sealed::Mail, "two", &text), None);
        assert_eq!(keys.open(Sealed::Flow, "one", &text), None);
    }

    #[test]
    fn a_changed_character_prevents_opening() {
        let keys = ring(1, &[]);
        let text = sealed(&keys);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(keys.open(Sealed::Mail, "one", &changed), None, "{at}");
        }
        for text in ["", "AAAA", "not base64!", &text[..text.len() - 4]] {
            assert_eq!(keys.open(Sealed::Mail, "one", text), None, "{text}");
        }
    }

    #[test]
    fn a_previous_secret_opens_what_it_sealed_and_a_removed_one_does_not() {
        let text = sealed(&ring(1, &[]));
        assert_eq!(ring(2, &[1]).open(Sealed::Mail, "one", &text), Some(b"a link".to_vec()));
        assert_eq!(ring(2, &[]).open(Sealed::Mail, "one", &text), None);
    }
}
