//! Moments in time, to the millisecond.

use serde::{Deserialize, Serialize};
use std::{fmt, ops, str::FromStr, time::Duration};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Stands for the end of what never ends: the last moment of the year 9999, the last that RFC 3339 can express.
    pub const NEVER: Self = Self(253_402_300_799_999);

    /// Returns whole seconds since 1970, as a JWT `NumericDate` counts them (RFC 7519 §2).
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns the moment that many seconds after 1970.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Returns the time elapsed since `earlier`; zero if `earlier` is later than this moment.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// Returns whether the two moments are less than `span` apart, in either direction.
    ///
    /// Use it for spans that start at a stored moment. After the clock was set back, that moment may lie in the
    /// future; its true age is unknown, so a distant one counts as expired.
    pub fn is_within(self, span: Duration, other: Self) -> bool {
        self.since(other).max(other.since(self)) < span
    }

    /// Returns the moment as people read it before a browser applies their time zone: `21 Nov 2026, 14:05 UTC`.
    pub fn in_words(self) -> String {
        let Some(at) = self.date_time() else { return self.0.to_string() };
        let month = &at.month().to_string()[..3];
        format!("{} {month} {}, {:02}:{:02} UTC", at.day(), at.year(), at.hour(), at.minute())
    }

    fn date_time(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok()
    }
}

/// Writes RFC 3339 in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date_time().and_then(|at| at.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Error: the text is not a valid moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected RFC 3339, such as 2027-01-31T00:00:00Z")]
pub struct NotAMoment;

/// Parses RFC 3339 in any time zone.
impl FromStr for Timestamp {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NotAMoment)?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).map(Self).map_err(|_| NotAMoment)
    }
}

impl ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_as_rfc_3339_in_utc() {
        assert_eq!(Timestamp(1_700_000_000_123).to_string(), "2023-11-14T22:13:20.123Z");
        assert_eq!(Timestamp(1_700_000_000_123).in_words(), "14 Nov 2023, 22:13 UTC");
    }

    #[test]
    fn a_timestamp_is_read_as_rfc_3339_in_any_zone() {
        for text in ["2023-11-14T22:13:20.123Z", "2023-11-15T00:13:20.123999+02:00"] {
            assert_eq!(text.parse(), Ok(Timestamp(1_700_000_000_123)), "{text}");
        }
        assert_eq!("1969-12-31T23:59:59.9999Z".parse(), Ok(Timestamp(-1)));
        for text in ["", "soon", "2023-11-14", "2023-11-14T22:13:20", "2023-02-30T00:00:00Z"] {
            assert_eq!(text.parse::<Timestamp>(), Err(NotAMoment), "{text}");
        }
    }

    #[test]
    fn the_distant_future_is_no_nearer_than_the_distant_past() {
        let (span, at) = (Duration::from_millis(10), Timestamp(100));
        let is_within = |other| at.is_within(span, Timestamp(other));
        assert_eq!([90, 91, 100, 109, 110].map(is_within), [false, true, true, true, false]);
    }

    #[test]
    fn a_span_is_never_negative() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
    }
}
