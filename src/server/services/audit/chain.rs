//! The format of the audit log's chain: what is hashed, and what is signed. `docs/audit.md` describes it for other
//! programs.

use super::Fault;
use crate::server::domain::{AuditSeal, ChainEvent, ChainHead, PrunedRange};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The names of the statements, with the version of the format.
const EVENT: &str = "claviger audit event 1";
const DETAILS: &str = "claviger audit details 1";
const ERASED: &str = "claviger audit erased 1";
const PRUNED: &str = "claviger audit pruned 1";

/// Seals an event as the next one after `head`, with 32 hexadecimal digits of salt.
pub(super) fn seal(event: &ChainEvent, head: &ChainHead, salt: String) -> AuditSeal {
    let mut seal = AuditSeal {
        sequence: head.sequence + 1,
        details_hash: hash_of_details(event, &salt),
        salt,
        previous_hash: head.hash.clone(),
        hash: String::new(),
        erasure: None,
    };
    seal.hash = hash_of(event, &seal);
    seal
}

/// Returns whether a sealed event is what was sealed, or what is left of it by one of these public keys' signature.
/// Its id begins with its time.
pub(super) fn is_unchanged(event: &ChainEvent, keys: &[String]) -> bool {
    event.seal.as_ref().is_some_and(|seal| {
        let has_its_details = match &seal.erasure {
            None => seal.details_hash == hash_of_details(event, &seal.salt),
            Some(signature) => is_signed(&erased(event, seal), signature, keys),
        };
        event.id.made_at() == event.at && has_its_details && seal.hash == hash_of(event, seal)
    })
}

/// Returns whether a sealed event is the one after `head`.
pub(super) fn is_next(event: &ChainEvent, head: &ChainHead) -> bool {
    event.seal.as_ref().is_some_and(|seal| seal.sequence == head.sequence + 1 && seal.previous_hash == head.hash)
}

/// Returns the end of a chain whose last event is this one.
pub(super) fn head(event: &ChainEvent) -> ChainHead {
    let seal = event.seal.as_ref();
    seal.map(|seal| ChainHead { sequence: seal.sequence, hash: seal.hash.clone() }).unwrap_or_default()
}

/// Checks that one of these public keys has signed a pruned range.
pub(super) fn check_signature(range: &PrunedRange, keys: &[String]) -> Result<(), Fault> {
    let PrunedRange { first, last, ref signature, .. } = *range;
    if is_signed(&pruned(range), signature, keys) { Ok(()) } else { Err(Fault::UnsignedRange { first, last }) }
}

/// Returns the hash of a sealed event.
fn hash_of(event: &ChainEvent, seal: &AuditSeal) -> String {
    let sequence = seal.sequence.to_string();
    let begin = [EVENT, &seal.previous_hash, &sequence].map(Some);
    let envelope = event.envelope.iter().map(Option::as_deref);
    hash(&statement(begin.into_iter().chain(envelope).chain([Some(seal.details_hash.as_str())])))
}

/// Returns the hash of what may tell about a person.
fn hash_of_details(event: &ChainEvent, salt: &str) -> String {
    let details = event.details.iter().map(Option::as_deref);
    hash(&statement([Some(DETAILS), Some(salt)].into_iter().chain(details)))
}

/// Returns what is signed of an event whose details were erased: its hash, and what is left of the details.
pub(super) fn erased(event: &ChainEvent, seal: &AuditSeal) -> Vec<u8> {
    let rest = event.details.iter().map(Option::as_deref);
    statement([Some(ERASED), Some(seal.hash.as_str())].into_iter().chain(rest))
}

/// Returns what is signed of a pruned range.
pub(super) fn pruned(range: &PrunedRange) -> Vec<u8> {
    statement([PRUNED, &range.first.to_string(), &range.last.to_string(), &range.last_hash].map(Some))
}

/// Writes fields as netstrings: their length in bytes, a colon, the bytes, a comma. A missing field is `-,`.
pub(super) fn statement<'a>(fields: impl IntoIterator<Item = Option<&'a str>>) -> Vec<u8> {
    let mut text = String::new();
    for field in fields {
        // Writing to a string does not fail.
        let _ = match field {
            Some(field) => write!(text, "{}:{field},", field.len()),
            None => write!(text, "-,"),
        };
    }
    text.into_bytes()
}

/// Reads a public key in base64; `None` if it is none.
pub fn public_key(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::try_from(STANDARD.decode(text).ok()?.as_slice()).ok()
}

/// Returns whether one of these public keys has signed the statement. Keys and signature are base64.
pub(super) fn is_signed(statement: &[u8], signature: &str, keys: &[String]) -> bool {
    let Some(signature) = STANDARD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok()) else {
        return false;
    };
    let keys = keys.iter().filter_map(|key| public_key(key));
    keys.into_iter().any(|key| key.verify_strict(statement, &signature).is_ok())
}

/// Writes bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hash(statement: &[u8]) -> String {
    hexadecimal(&Sha256::digest(statement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_can_not_be_moved_into_another() {
        assert_eq!(statement([Some("a,1:b"), None, Some("")]), b"5:a,1:b,-,0:,");
        assert_ne!(statement([Some("ab"), Some("c")]), statement([Some("a"), Some("bc")]));
        assert_ne!(statement([None, Some("")]), statement([Some(""), None]));
    }
}
