//! Ranges of time, to filter lists by.

use super::Timestamp;
use std::{fmt, str::FromStr, time::Duration};

const DAY: Duration = Duration::from_hours(24);
const MILLISECOND: Duration = Duration::from_millis(1);

/// The moments from `from` on and before `until`; without them, all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// Error: the text is not a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a range of time")]
pub struct NotARange;

impl TimeRange {
    /// Returns the range from the first day to the last, in UTC. A text that is not a day stands for no limit.
    pub fn of_days(first: &str, last: &str) -> Self {
        Self { from: day(first), until: day(last).map(|start| start + DAY) }
    }

    /// Returns whether a text is a day, like `2026-01-31`.
    pub fn is_day(text: &str) -> bool {
        day(text).is_some()
    }
}

fn day(text: &str) -> Option<Timestamp> {
    if text.len() == 10 { format!("{text}T00:00:00Z").parse().ok() } else { None }
}

/// Parses comparisons with a day in UTC or a moment in RFC 3339, separated by commas: `>=2026-01-01,<2026-02-01`.
/// A day alone stands for all of it.
impl FromStr for TimeRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<Self, NotARange> {
        let mut range = Self::default();
        for part in text.split(',') {
            let part = part.trim();
            let rest = part.trim_start_matches(['<', '>', '=']);
            let operator = &part[..part.len() - rest.len()];
            let (start, end) = match day(rest) {
                Some(start) => (start, start + DAY),
                None => rest.parse().map(|at: Timestamp| (at, at + MILLISECOND)).map_err(|_| NotARange)?,
            };
            let (from, until) = match operator {
                "" | "=" => (Some(start), Some(end)),
                ">=" => (Some(start), None),
                ">" => (Some(end), None),
                "<" => (None, Some(start)),
                "<=" => (None, Some(end)),
                _ => return Err(NotARange),
            };
            range = Self { from: range.from.max(from), until: earliest(range.until, until) };
        }
        Ok(range)
    }
}

/// Writes the comparisons that it is read from.
impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.map(|from| format!(">={from}"));
        let until = self.until.map(|until| format!("<{until}"));
        f.write_str(&from.into_iter().chain(until).collect::<Vec<_>>().join(","))
    }
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_767_225_600_000;
    const LENGTH: i64 = 86_400_000;

    #[test]
    fn a_range_is_read_from_comparisons_with_days_and_moments() {
        for (text, from, until) in [
            ("2026-01-01", Some(START), Some(START + LENGTH)),
            ("=2026-01-01", Some(START), Some(START + LENGTH)),
            (">=2026-01-01", Some(START), None),
            (">2026-01-01", Some(START + LENGTH), None),
            ("<2026-01-01", None, Some(START)),
            ("<=2026-01-01", None, Some(START + LENGTH)),
            (">=2026-01-01,<2026-01-02", Some(START), Some(START + LENGTH)),
            ("<2026-01-02, >=2026-01-01, <2027-01-01", Some(START), Some(START + LENGTH)),
            (">2026-01-01T01:00:00+01:00", Some(START + 1), None),
        ] {
            let expected = TimeRange { from: from.map(Timestamp), until: until.map(Timestamp) };
            assert_eq!(text.parse(), Ok(expected), "{text}");
            assert_eq!(expected.to_string().parse(), Ok(expected), "{text}");
        }
        for text in ["", ">=", "soon", "2026-02-30", "=>2026-01-01", ">=2026-01-01,", "><2026-01-01", "２０２６"] {
            assert_eq!(text.parse::<TimeRange>(), Err(NotARange), "{text}");
        }
    }

    #[test]
    fn days_of_a_form_are_both_included_and_may_be_left_out() {
        let expected = TimeRange { from: Some(Timestamp(START)), until: Some(Timestamp(START + LENGTH)) };
        assert_eq!(TimeRange::of_days("2026-01-01", "2026-01-01"), expected);
        assert_eq!(TimeRange::of_days("", "nonsense"), TimeRange::default());
    }
}
