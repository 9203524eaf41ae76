//! When a tab renews its access token, and how.

use crate::model::{Timestamp, TokenLife};
use gloo_net::http::Request;
use leptos::serde_json;
use std::time::Duration;

/// What became of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The token's life now.
    Life(TokenLife),
    /// Nobody is signed in any more.
    SignedOut,
    /// Nothing that can be understood: try again later.
    None,
}

/// Asks the server to renew the access token. The tokens themselves travel in cookies, out of
/// reach of scripts.
pub async fn ask() -> Answer {
    let request = Request::post("/fn/renew")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("");
    let Ok(request) = request else { return Answer::None };
    let Ok(response) = request.send().await else { return Answer::None };
    match (response.status(), response.text().await) {
        (401, _) => Answer::SignedOut,
        (200, Ok(text)) => serde_json::from_str(&text).map_or(Answer::None, Answer::Life),
        _ => Answer::None,
    }
}

/// How long before the end a token of this life is renewed: a tenth of it, at least 10 s; of short
/// ones never more than a fifth.
pub fn lead(life: &TokenLife) -> Duration {
    let whole = whole(life);
    (whole / 10).max(Duration::from_secs(10)).min(whole / 5)
}

/// When this tab renews. `chance` in 0 to 1 keeps the tabs of one browser from asking at once: the
/// first tells the others.
pub fn due(life: &TokenLife, chance: f64) -> Timestamp {
    let lead = lead(life);
    life.expires_at - lead + lead.mul_f64(chance.clamp(0.0, 1.0) / 4.0)
}

/// How long to wait after that many failures: 1 s, 2 s, 4 s, … a minute.
pub fn patience(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.saturating_sub(1).min(6)).min(Duration::from_mins(1))
}

/// The token's life from beginning to end.
pub fn whole(life: &TokenLife) -> Duration {
    life.expires_at.since(life.issued_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: i64) -> TokenLife {
        let (issued_at, expires_at) = (Timestamp(0), Timestamp::from_seconds(seconds));
        TokenLife { issued_at, expires_at, now: issued_at, renewals: 0 }
    }

    #[test]
    fn a_token_is_renewed_a_tenth_of_its_life_before_the_end() {
        assert_eq!(lead(&of(900)).as_secs(), 90);
        assert_eq!(lead(&of(60)).as_secs(), 10);
        assert_eq!(lead(&of(20)).as_secs(), 4);
        assert_eq!(lead(&of(0)).as_secs(), 0);
    }

    #[test]
    fn tabs_renew_at_moments_of_their_own_but_before_the_end() {
        let life = of(900);
        assert_eq!(due(&life, 0.0), Timestamp::from_seconds(810));
        assert!(due(&life, 0.5) > due(&life, 0.0));
        assert!(due(&life, 1.0) < Timestamp::from_seconds(840));
    }

    #[test]
    fn patience_grows_to_a_minute() {
        let waits: Vec<u64> = (1..=9).map(|failures| patience(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
