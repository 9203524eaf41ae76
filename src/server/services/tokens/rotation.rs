//! The rotation rule, for a genuine refresh token that could not rotate its session.

use crate::{model::Timestamp, server::domain::Session};
use std::time::Duration;

/// What happens to a refresh token that did not rotate its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Gets the *same* current refresh token and a new access token: the client is another tab, lost a
    /// response, or lost the race. There is never a second branch.
    Repeat,
    /// The session has ended.
    Ended,
    /// The token came back after its successor was used, so someone has a copy (RFC 9700 §4.14).
    Reuse,
    /// The generation was never issued, so the database is a restored backup.
    UnknownGeneration,
}

/// Classifies a token of `generation` by the current state of its session.
pub fn verdict(session: &Session, generation: i64, grace: Duration, now: Timestamp) -> Verdict {
    let is_previous = generation == session.generation - 1;
    let is_within_grace = session.rotated_at.is_some_and(|at| now.is_within(grace, at));
    let successor_was_used = session.used_generation >= Some(session.generation);
    if session.is_over(now) {
        Verdict::Ended
    } else if generation > session.generation {
        Verdict::UnknownGeneration
    } else if generation == session.generation || (is_previous && (is_within_grace || !successor_was_used)) {
        Verdict::Repeat
    } else {
        Verdict::Reuse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{EndReason, SessionId, SessionKind, UserId},
        server::domain::{End, Ender},
    };

    const GRACE: Duration = Duration::from_secs(10);
    const ROTATED: Timestamp = Timestamp(1_000_000);

    fn session(generation: i64, used_generation: impl Into<Option<i64>>) -> Session {
        Session {
            id: SessionId::from_parts(1, 1),
            user_id: UserId::from_parts(1, 1),
            kind: SessionKind::Browser,
            generation,
            used_generation: used_generation.into(),
            rotated_at: Some(ROTATED),
            created_at: Timestamp(0),
            authenticated_at: Timestamp(0),
            network: String::new(),
            agent: String::new(),
            last_seen_at: Timestamp(0),
            idle_until: Timestamp(9_000_000),
            ends_at: Timestamp(9_000_000),
            access_until: Timestamp(0),
            end: None,
            risk_signal: None,
        }
    }

    fn verdict_after(session: &Session, generation: i64, after: Duration) -> Verdict {
        verdict(session, generation, GRACE, ROTATED + after)
    }

    #[test]
    fn the_current_generation_is_repeated_whatever_happened() {
        assert_eq!(verdict_after(&session(3, 3), 3, Duration::ZERO), Verdict::Repeat);
    }

    #[test]
    fn the_previous_generation_is_repeated_within_the_grace_period_even_after_use() {
        assert_eq!(verdict_after(&session(3, 3), 2, Duration::from_millis(9_999)), Verdict::Repeat);
        assert_eq!(verdict_after(&session(3, 3), 2, GRACE), Verdict::Reuse);
    }

    #[test]
    fn a_rotation_dated_ahead_of_the_clock_does_not_extend_the_grace_period() {
        let early = |by| verdict(&session(3, 3), 2, GRACE, ROTATED - by);
        assert_eq!(early(Duration::from_millis(9_999)), Verdict::Repeat);
        assert_eq!(early(Duration::from_hours(1)), Verdict::Reuse);
        assert_eq!(verdict(&session(3, 2), 2, GRACE, ROTATED - Duration::from_hours(1)), Verdict::Repeat);
    }

    #[test]
    fn a_lost_response_is_repeated_for_as_long_as_the_successor_is_unused() {
        assert_eq!(verdict_after(&session(3, 2), 2, Duration::from_secs(4000)), Verdict::Repeat);
    }

    #[test]
    fn anything_older_is_reuse_even_within_the_grace_period() {
        assert_eq!(verdict_after(&session(3, 2), 1, Duration::ZERO), Verdict::Reuse);
        assert_eq!(verdict_after(&session(3, -1), 0, Duration::ZERO), Verdict::Reuse);
    }

    #[test]
    fn an_unknown_generation_is_distinguished_from_reuse() {
        assert_eq!(verdict_after(&session(3, 3), 4, Duration::ZERO), Verdict::UnknownGeneration);
    }

    #[test]
    fn an_ended_session_issues_no_tokens() {
        let end = End { at: ROTATED, reason: EndReason::SignedOut, by: Ender::System };
        let ended = Session { end: Some(end), ..session(3, 3) };
        for generation in 0..5 {
            assert_eq!(verdict_after(&ended, generation, Duration::ZERO), Verdict::Ended);
        }
        assert_eq!(verdict_after(&session(3, 3), 3, Duration::from_secs(8000)), Verdict::Ended);
    }
}
