//! Access token refresh in the browser: when and how.

use super::post::post;
use crate::model::{FnError, Timestamp, TokenLife};
use std::time::Duration;

/// Result of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshResult {
    /// Lifetime of the current token.
    Refreshed(TokenLife),
    /// The session has ended.
    SignedOut,
    /// No usable response; retry later.
    NoResponse,
}

/// Asks the server to refresh the access token. The tokens travel in cookies that scripts can't read.
pub async fn request() -> RefreshResult {
    match post("/fn/refresh", String::new()).await {
        Ok(life) => RefreshResult::Refreshed(life),
        Err(FnError::SignInRequired) => RefreshResult::SignedOut,
        Err(_) => RefreshResult::NoResponse,
    }
}

/// Returns how long before expiry a token is refreshed: a tenth of its lifetime and at least 10 s, but never
/// more than a fifth.
pub fn lead(life: &TokenLife) -> Duration {
    let lifetime = lifetime(life);
    (lifetime / 10).max(Duration::from_secs(10)).min(lifetime / 5)
}

/// Returns when this tab refreshes.
///
/// `entropy` between 0 and 1 spreads the tabs of one browser: the first one to refresh notifies the others.
pub fn due(life: &TokenLife, entropy: f64) -> Timestamp {
    let lead = lead(life);
    life.expires_at - lead + lead.mul_f64(entropy.clamp(0.0, 1.0) / 4.0)
}

/// Returns how long to wait after that many failures: 1 s, 2 s, 4 s, … up to a minute.
pub fn backoff(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(6)).min(Duration::from_mins(1))
}

/// Returns the total lifetime of the token.
pub fn lifetime(life: &TokenLife) -> Duration {
    life.expires_at.since(life.issued_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: i64) -> TokenLife {
        let (issued_at, expires_at) = (Timestamp(0), Timestamp::from_seconds(seconds));
        TokenLife { issued_at, expires_at, now: issued_at, refreshes: 0 }
    }

    #[test]
    fn a_token_is_refreshed_a_tenth_of_its_lifetime_before_the_end() {
        assert_eq!(lead(&of(900)).as_secs(), 90);
        assert_eq!(lead(&of(60)).as_secs(), 10);
        assert_eq!(lead(&of(20)).as_secs(), 4);
        assert_eq!(lead(&of(0)).as_secs(), 0);
    }

    #[test]
    fn tabs_refresh_at_different_moments_before_the_end() {
        let life = of(900);
        assert_eq!(due(&life, 0.0), Timestamp::from_seconds(810));
        assert!(due(&life, 0.5) > due(&life, 0.0));
        assert!(due(&life, 1.0) < Timestamp::from_seconds(840));
    }

    #[test]
    fn retries_slow_down_to_one_a_minute() {
        let waits: Vec<u64> = (1..=9).map(|failures| backoff(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
