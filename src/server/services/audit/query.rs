//! What people type to find events: `actor:ada action:user.* -action:session.* outcome:denied created:>=2026-01-01`.

use crate::{
    model::Timestamp,
    server::domain::{ActionPattern, AuditFilter, Party},
};
use std::{fmt, str::FromStr, time::Duration};

const DAY: Duration = Duration::from_hours(24);

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
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        match plain {
            "actor" => self.filter.actor = Some(Party { id: None, text: value.to_owned() }),
            "target" => self.filter.target = Some(Party { id: None, text: value.to_owned() }),
            "action" => self.filter.actions.extend(value.split(',').map(|text| pattern(text, is_excluded))),
            "outcome" => {
                self.filter.outcome = Some(value.parse().map_err(|_| error("Must be ok or denied"))?);
            }
            "created" => {
                for bound in value.split(',') {
                    self.bound(bound).ok_or_else(|| error("Must be like >=2026-01-01 or <2026-02-01"))?;
                }
            }
            _ => return Err(error("Use actor, target, action, outcome or created")),
        }
        self.words.push(format!("{name}:{value}"));
        Ok(())
    }

    /// Narrows the time by a day or a moment with a comparison before it; a day alone is that day.
    fn bound(&mut self, text: &str) -> Option<()> {
        let text = text.trim();
        let rest = text.trim_start_matches(['<', '>', '=']);
        let (comparison, (begin, end)) = (&text[..text.len() - rest.len()], span(rest)?);
        match comparison {
            ">=" => self.filter.from = Some(begin),
            ">" => self.filter.from = Some(end),
            "<" => self.filter.before = Some(begin),
            "<=" => self.filter.before = Some(end),
            "" | "=" => (self.filter.from, self.filter.before) = (Some(begin), Some(end)),
            _ => return None,
        }
        Some(())
    }

    /// Returns the query with a beginning, unless it has one.
    #[must_use]
    pub fn since(mut self, from: Timestamp) -> Self {
        self.filter.from.get_or_insert(from);
        self
    }
}

/// Returns the begin and the end of a day (`2026-01-01`, in UTC) or a moment (RFC 3339).
fn span(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Ok(day) = format!("{text}T00:00:00Z").parse::<Timestamp>() {
        return Some((day, day + DAY));
    }
    let moment: Timestamp = text.parse().ok()?;
    Some((moment, moment + Duration::from_millis(1)))
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
        let mut query = Self::default();
        for word in text.split_whitespace() {
            let help = "Write conditions like actor:ada or action:user.*";
            let (name, value) = word.split_once(':').ok_or_else(|| QueryError { name: word.to_owned(), help })?;
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
        assert_eq!(query(""), AuditFilter::default());
    }

    #[test]
    fn a_time_is_a_day_or_a_moment_with_a_comparison() {
        let span = |text: &str| {
            let AuditFilter { from, before, .. } = query(text);
            (from.map(|at| at.to_string()), before.map(|at| at.to_string()))
        };
        let day = |day| Some(format!("2026-01-{day:02}T00:00:00.000Z"));
        assert_eq!(span("created:>=2026-01-01"), (day(1), None));
        assert_eq!(span("created:>2026-01-01"), (day(2), None));
        assert_eq!(span("created:<2026-01-05"), (None, day(5)));
        assert_eq!(span("created:<=2026-01-05"), (None, day(6)));
        assert_eq!(span("created:2026-01-05"), (day(5), day(6)));
        assert_eq!(span("created:>=2026-01-01,<2026-01-05"), (day(1), day(5)));
        assert_eq!(span("created:<2026-01-01T10:00:00Z").1, Some("2026-01-01T10:00:00.000Z".to_owned()));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, name) in [
            ("ada", "ada"),
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
