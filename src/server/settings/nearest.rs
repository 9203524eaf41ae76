//! Finds the key that was probably meant.

use strsim::levenshtein;

use super::key::Key;
use super::keys;

/// Returns the known key closest to a mistyped name, if one is close.
pub(super) fn nearest(name: &str) -> Option<&'static Key> {
    let allowed = (name.len() / 5).clamp(2, 4);
    keys::ALL
        .iter()
        .map(|key| (levenshtein(name, key.name), key))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, key)| key)
        .or_else(|| in_another_section(name))
}

/// Returns the key with the same last part under any section, if there is exactly one.
fn in_another_section(name: &str) -> Option<&'static Key> {
    let last = |name: &'static str| name.rsplit('.').next();
    let wanted = name.rsplit('.').next();
    let mut same = keys::ALL.iter().filter(|key| last(key.name) == wanted);
    same.next().filter(|_| same.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        nearest(text).map(|key| key.name)
    }

    #[test]
    fn a_typing_error_finds_its_key() {
        assert_eq!(name("tokens.acess_ttl"), Some("tokens.access_ttl"));
        assert_eq!(name("token.access_ttl"), Some("tokens.access_ttl"));
        assert_eq!(name("log.levle"), Some("log.level"));
    }

    #[test]
    fn a_key_in_the_wrong_section_finds_the_right_one() {
        assert_eq!(name("public_url"), Some("server.public_url"));
        assert_eq!(name("server.access_ttl"), Some("tokens.access_ttl"));
    }

    #[test]
    fn something_else_altogether_finds_nothing() {
        assert_eq!(name("providers.github.client_id"), None);
        assert_eq!(name("x"), None);
    }
}
