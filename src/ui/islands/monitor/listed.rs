//! The rows of the session list, and when they appear, move and disappear.

use crate::model::{EndReason, MonitoredSession, SessionState, Timestamp};
use std::time::Duration;

/// How long an ended session keeps its place, so that users see it end.
const LINGER: Duration = Duration::from_secs(10);

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    pub session: MonitoredSession,
    /// When this page learned that the session had ended.
    pub ended_at: Option<Timestamp>,
}

impl ListedSession {
    pub fn of(session: MonitoredSession) -> Self {
        Self { session, ended_at: None }
    }

    fn lingers(&self, now: Timestamp) -> bool {
        self.ended_at.is_some_and(|at| now.since(at) < LINGER)
    }
}

/// Marks a session as ended, if it is in the list.
pub fn end(listed: &mut [ListedSession], id: &str, reason: EndReason, now: Timestamp) {
    if let Some(row) = listed.iter_mut().find(|row| row.session.id == id) {
        row.session.state = SessionState::Ended(reason);
        row.ended_at = Some(now);
    }
}

/// Updates each row in place. No row appears, moves or disappears.
pub fn refresh(listed: &mut [ListedSession], fresh: &[MonitoredSession]) {
    for row in listed {
        // A response may be older than the event that ended the session.
        let found = fresh.iter().find(|session| session.id == row.session.id && row.ended_at.is_none());
        if let Some(session) = found {
            row.session = session.clone();
        }
    }
}

/// Returns the rows of a fresh list, with sessions that have just ended kept in their places.
pub fn merge(listed: &[ListedSession], fresh: &[MonitoredSession], now: Timestamp) -> Vec<ListedSession> {
    let lingering = |id: &str| listed.iter().any(|row| row.session.id == id && row.lingers(now));
    let mut rows: Vec<ListedSession> =
        fresh.iter().filter(|session| !lingering(&session.id)).cloned().map(ListedSession::of).collect();
    for (place, row) in listed.iter().enumerate().filter(|(_, row)| row.lingers(now)) {
        rows.insert(place.min(rows.len()), row.clone());
    }
    rows
}

/// Returns whether any ended session has lingered long enough.
pub fn has_expired(listed: &[ListedSession], now: Timestamp) -> bool {
    listed.iter().any(|row| row.ended_at.is_some() && !row.lingers(now))
}

/// Returns the number of sessions in the fresh list that are not shown; `None` if the list and its order are
/// unchanged.
pub fn count_new(listed: &[ListedSession], fresh: &[MonitoredSession]) -> Option<usize> {
    let is_same =
        listed.len() == fresh.len() && listed.iter().zip(fresh).all(|(row, session)| row.session.id == session.id);
    let is_new = |session: &&MonitoredSession| !listed.iter().any(|row| row.session.id == session.id);
    (!is_same).then(|| fresh.iter().filter(is_new).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SessionKind;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn session(id: &str, generation: i64) -> MonitoredSession {
        MonitoredSession {
            id: id.to_owned(),
            user_id: "u".to_owned(),
            email: "ada@example.com".to_owned(),
            username: None,
            name: "Ada".to_owned(),
            kind: SessionKind::Browser,
            device: "Firefox on Linux".to_owned(),
            network: "198.51.100.7".to_owned(),
            created_at: Timestamp(0),
            last_seen_at: Timestamp(0),
            access_expires_at: Timestamp(0),
            refresh_expires_at: Timestamp(0),
            generation,
            state: SessionState::Live,
        }
    }

    fn list(ids: &[&str]) -> Vec<MonitoredSession> {
        ids.iter().map(|id| session(id, 0)).collect()
    }

    fn listed(ids: &[&str]) -> Vec<ListedSession> {
        list(ids).into_iter().map(ListedSession::of).collect()
    }

    fn ids(rows: &[ListedSession]) -> Vec<&str> {
        rows.iter().map(|row| row.session.id.as_str()).collect()
    }

    #[test]
    fn paused_rows_change_only_in_place() {
        let mut rows = listed(&["a", "b"]);
        refresh(&mut rows, &[session("c", 0), session("b", 7)]);
        assert_eq!(ids(&rows), ["a", "b"]);
        assert_eq!((rows[0].session.generation, rows[1].session.generation), (0, 7));
    }

    #[test]
    fn a_session_that_ended_keeps_its_place_for_a_while_and_stays_ended() {
        let mut rows = listed(&["a", "b", "c"]);
        end(&mut rows, "b", EndReason::Banned, NOW);
        refresh(&mut rows, &list(&["a", "b", "c"]));
        assert_eq!(rows[1].session.state, SessionState::Ended(EndReason::Banned));
        assert_eq!(ids(&merge(&rows, &list(&["x", "a", "c"]), NOW)), ["x", "b", "a", "c"]);
        assert_eq!(ids(&merge(&rows, &list(&["a", "b", "c"]), NOW)), ["a", "b", "c"], "never twice");
        assert!(!has_expired(&rows, NOW) && has_expired(&rows, NOW + LINGER));
        assert_eq!(ids(&merge(&rows, &list(&["a", "c"]), NOW + LINGER)), ["a", "c"]);
    }

    #[test]
    fn the_end_of_a_session_that_is_not_shown_changes_nothing() {
        let mut rows = listed(&["a"]);
        end(&mut rows, "z", EndReason::Idle, NOW);
        assert_eq!(rows, listed(&["a"]));
    }

    #[test]
    fn newcomers_are_counted_and_an_unchanged_list_has_none() {
        let rows = listed(&["a", "b"]);
        assert_eq!(count_new(&rows, &list(&["a", "b"])), None);
        assert_eq!(count_new(&rows, &list(&["b", "a"])), Some(0));
        assert_eq!(count_new(&rows, &list(&["c", "d", "a"])), Some(2));
        assert_eq!(count_new(&[], &[]), None);
    }
}
