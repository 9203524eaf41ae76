//! Rate limits.

use std::time::Duration;

use super::value::{Unfit, Value};

/// A number of requests per time span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At least 1.
    pub count: u32,
    /// From one second to 366 days.
    pub per: Duration,
}

impl Rate {
    const LONGEST: Duration = Duration::from_hours(366 * 24);

    /// Parses a rate like `20/1m`.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        Self::of(text).ok_or_else(|| Unfit::new("a rate such as 20/1m (20 per minute), with a time from 1s to 366d"))
    }

    fn of(text: &str) -> Option<Self> {
        let (count, per) = text.split_once('/')?;
        let count = count.trim().parse().ok().filter(|count| *count > 0)?;
        let per = humantime::parse_duration(per.trim()).ok()?;
        let fits = (Duration::from_secs(1)..=Self::LONGEST).contains(&per);
        fits.then_some(Self { count, per })
    }
}

impl Value for Rate {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_and_a_time() {
        let per = Duration::from_mins(1);
        assert_eq!(Rate::parse("20/1m"), Ok(Rate { count: 20, per }));
        assert_eq!(Rate::parse("20 / 60s"), Ok(Rate { count: 20, per }));
    }

    #[test]
    fn an_incomplete_or_meaningless_rate_is_refused() {
        for text in ["", "20", "20/", "/1m", "0/1m", "-1/1m", "20/0s", "20/10ms", "20/9y", "20/1", "20/m", "many/1m"] {
            assert!(Rate::parse(text).is_err(), "{text:?}");
        }
    }
}
