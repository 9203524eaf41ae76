//! The listing of the settings in force.

use super::key::{Default, Key, Secrecy};
use super::keys;
use super::values::Values;

/// One line of `claviger config`. Secrets are `***`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The dotted name, or `site-addr`.
    pub key: String,
    /// The text in force as it was written, or the text that stands for an unset value.
    pub value: String,
    /// `default`, `file …`, `.env …`, `environment …` or `flag …`.
    pub origin: String,
}

/// Lists all keys in the order of the table.
pub(super) fn listing(values: &Values) -> Vec<Shown> {
    keys::ALL.iter().map(|key| shown(values, key)).collect()
}

fn shown(values: &Values, key: &Key) -> Shown {
    let value = match (values.text(key), key.default) {
        (Some(text), _) => open(&text, key.secrecy),
        (None, Default::Unset(instead)) => instead.to_owned(),
        (None, _) => String::new(),
    };
    let origin = values.given(key).map(|given| given.origin.shown(key.name));
    Shown { key: key.name.to_owned(), value, origin: origin.unwrap_or_else(|| "default".to_owned()) }
}

fn open(text: &str, secrecy: Secrecy) -> String {
    match secrecy {
        Secrecy::Open => text.to_owned(),
        Secrecy::Whole => "***".to_owned(),
        Secrecy::Credentials => without_credentials(text),
    }
}

/// Returns the text without credentials if it may be an address with a password, which someone put into the
/// wrong setting.
pub(super) fn without_password(text: &str) -> String {
    let is_of_somebody = |(before, _): (&str, &str)| before.contains([':', '/', '\\']);
    let is_address = text.contains("://") || text.rsplit_once('@').is_some_and(is_of_somebody);
    if is_address { without_credentials(text) } else { text.to_owned() }
}

/// Returns a URL without user, password and parameters; in doubt, only `***`.
fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "***".to_owned();
    };
    let (user, rest) = match rest.rsplit_once('@') {
        // Either a password with a question mark, or a parameter with an @.
        Some((before, _)) if before.contains('?') => return format!("{scheme}://***"),
        Some((_, after)) => ("***@", after),
        None => ("", rest),
    };
    match rest.split_once('?') {
        Some((place, _)) => format!("{scheme}://{user}{place}?***"),
        None => format!("{scheme}://{user}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::load;
    use super::*;

    #[test]
    fn every_key_has_one_line_below_the_address() {
        let listing = load(&[]).unwrap().listing;
        let keys: Vec<_> = listing.iter().map(|shown| shown.key.as_str()).collect();
        let expected: Vec<_> = keys::ALL.iter().map(|key| key.name).collect();
        assert_eq!(keys.split_first(), Some((&"site-addr", expected.as_slice())));
    }

    #[test]
    fn secrets_are_masked_wherever_they_come_from() {
        let key = "7IY7Ryfi1eIfoqEs8jJNKfkLNAfKb6HfnnTmxSZlP0Y=";
        let loaded = load(&[
            ("tokens.jwt_secret", key),
            ("tokens.jwt_previous", key),
            ("database.url", "postgres://me:hush@db/claviger"),
            ("mail.smtp_url", "smtps://me:hush@mail.example.com"),
        ])
        .unwrap();
        let everything = format!("{loaded:?}");
        assert!(!everything.contains("hush"), "{everything}");
        assert!(!everything.contains("7IY7"), "{everything}");
        assert!(everything.contains("postgres://***@db/claviger"), "{everything}");
    }

    #[test]
    fn an_unset_key_shows_what_applies_instead() {
        let listing = load(&[]).unwrap().listing;
        let value = |key| listing.iter().find(|shown| shown.key == key).map(|shown| shown.value.as_str());
        assert_eq!(value("tokens.jwt_secret"), Some("jwt.key in server.data_dir"));
        assert_eq!(value("mail.from"), Some("none"));
        assert_eq!(value("database.url"), Some("sqlite://./data/claviger.db"));
        assert_eq!(value("passwords.max_parallel"), Some("4"));
    }

    #[test]
    fn no_part_of_a_password_remains_in_a_url() {
        for (url, expected) in [
            ("sqlite://./data/claviger.db", "sqlite://./data/claviger.db"),
            ("postgres://db/claviger", "postgres://db/claviger"),
            ("postgres://me:hu@sh/x@db/claviger?sslmode=require", "postgres://***@db/claviger?***"),
            ("postgres://me:hu?sh@db/claviger", "postgres://***"),
            ("postgres://db/claviger?password=hu@sh", "postgres://***"),
            ("postgres:///claviger?password=hush", "postgres:///claviger?***"),
            ("hush", "***"),
            ("https:/me:hush@auth.example.com", "***"),
            ("https://me:hush@auth.example.com", "https://***@auth.example.com"),
            ("https://a.example, https://me:hush@b.example", "https://***@b.example"),
            ("https://auth.example.com/?token=hush", "https://auth.example.com/?***"),
        ] {
            assert_eq!(without_credentials(url), expected, "{url}");
        }
    }
}
