//! What people type to find events: `actor:ada action:user.* -action:session.* outcome:denied created:>=2026-01-01`.

use crate::{
    model::Timestamp,
    server::domain::{ActionPattern, AuditFilter, Party},
};
use std::{fmt, str::FromStr};

/// The most actions, and the most characters of the whole query, which is recorded.
const ACTIONS: usize = 20;
const LENGTH: usize = 500;
const TOO_LONG: &str = "Use at most 500 characters";

/// A query of the audit log, and the text that it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub filter: AuditFilter,
    words: Vec<String>,
}

/// The word that was not understood, and how it should look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{help}")]
pub struct QueryError {
    /// The name of the condition, or the word itself.
    pub name: String,
    pub help: &'static str,
}

impl AuditQuery {
    /// Adds a condition. Actions may be separated by commas, and so may the two ends of a time.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), QueryError> {
        let error = |help| QueryError { name: name.to_owned(), help };
        let (is_excluded, plain) = name.strip_prefix('-').map_or((false, name), |plain| (true, plain));
        if is_excluded && plain != "action" {
            return Err(error("Only actions can be excluded, such as -action:session.*"));
        }
        if value.is_empty() {
            return Ok(());
        }
        let word = format!("{name}:{value}");
        if self.to_string().chars().count() + word.chars().count() > LENGTH {
            return Err(error(TOO_LONG));
        }
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        match plain {
            "actor" => self.filter.actor = Some(Party { id: None, text: value.to_owned() }),
            "about" => self.filter.about = Some(Party { id: None, text: value.to_owned() }),
            "target" => self.filter.target = Some(Party { id: None, text: value.to_owned() }),
            "action" => {
                self.filter.actions.extend(value.split(',').map(|text| pattern(text, is_excluded)));
                if self.filter.actions.len() > ACTIONS {
                    return Err(error("Use at most 20 actions"));
                }
            }
            "outcome" => {
                self.filter.outcome = Some(value.parse().map_err(|_| error("Must be ok or denied"))?);
            }
            "created" => {
                let range = value.parse().map_err(|_| error("Must be like >=2026-01-01 or <2026-02-01"))?;
                self.filter.created = range;
            }
            _ => return Err(error("Use actor, target, action, outcome or created, such as actor:ada")),
        }
        self.words.push(format!("{name}:{value}"));
        Ok(())
    }

    /// Returns the query with a beginning, unless it has one.
    #[must_use]
    pub fn since(mut self, from: Timestamp) -> Self {
        self.filter.created.from.get_or_insert(from);
        self
    }
}

fn pattern(text: &str, is_excluded: bool) -> ActionPattern {
    let text = text.trim();
    let (is_excluded, text) = text.strip_prefix('-').map_or((is_excluded, text), |text| (true, text));
    let prefix = text.strip_suffix('*');
    ActionPattern { is_excluded, text: prefix.unwrap_or(text).to_owned(), is_prefix: prefix.is_some() }
}

impl FromStr for AuditQuery {
    type Err = QueryError;

    /// Reads words like `actor:ada`, separated by spaces.
    fn from_str(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > LENGTH {
            return Err(QueryError { name: "search".to_owned(), help: TOO_LONG });
        }
        let mut query = Self::default();
        for word in text.split_whitespace() {
            // A word alone is a name or id.
            let (name, value) = word.split_once(':').unwrap_or(("about", word));
            query.add(name, value)?;
        }
        Ok(query)
    }
}

impl fmt::Display for AuditQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> AuditFilter {
        text.parse::<AuditQuery>().expect("valid").filter
    }

    #[test]
    fn conditions_are_words_with_a_colon() {
        let found = query("actor:ada  action:user.*,sign_out,-user.banned -action:user.deleted outcome:denied");
        assert_eq!(found.actor.map(|party| party.text), Some("ada".to_owned()));
        let actions: Vec<_> =
            found.actions.iter().map(|one| (one.text.as_str(), one.is_prefix, one.is_excluded)).collect();
        let expected = [
            ("user.", true, false),
            ("sign_out", false, false),
            ("user.banned", false, true),
            ("user.deleted", false, true),
        ];
        assert_eq!(actions, expected);
        assert_eq!(found.outcome.map(|outcome| outcome.to_string()), Some("denied".to_owned()));
        assert_eq!(query("ada").about.map(|party| party.text), Some("ada".to_owned()));
        assert_eq!(
            query("created:>=2026-01-01").created.from.map(|at| at.to_string()).as_deref(),
            Some("2026-01-01T00:00:00Z")
        );
        assert_eq!(query(""), AuditFilter::default());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, name) in [
            ("who:ada", "who"),
            ("outcome:maybe", "outcome"),
            ("created:yesterday", "created"),
            ("created:~2026-01-01", "created"),
            ("-actor:ada", "-actor"),
        ] {
            assert_eq!(text.parse::<AuditQuery>().map_err(|error| error.name), Err(name.to_owned()), "{text}");
        }
    }
}
