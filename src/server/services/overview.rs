//! Counts what the overview of the administration shows.

use super::{Core, ServiceError};
use crate::{
    model::{SignIns, SiteOverview, Timestamp},
    server::domain::{HourOfSignIns, SiteCounts},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// How long a count is shown again.
const KEPT: Duration = Duration::from_mins(1);

/// Counts, at most once a minute.
#[derive(Clone)]
pub struct OverviewService {
    core: Arc<Core>,
    latest: Arc<Mutex<Option<SiteOverview>>>,
}

impl OverviewService {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core, latest: Arc::default() }
    }

    /// Returns the figures, which may be a minute old.
    pub async fn view(&self) -> Result<SiteOverview, ServiceError> {
        let now = self.core.now();
        // Who comes meanwhile waits, and gets the same.
        let mut latest = self.latest.lock().await;
        if let Some(latest) = latest.as_ref().filter(|latest| latest.now.is_within(KEPT, now)) {
            return Ok(latest.clone());
        }
        Ok(latest.insert(self.count(now).await?).clone())
    }

    async fn count(&self, now: Timestamp) -> Result<SiteOverview, ServiceError> {
        let db = &self.core.db;
        let first_day = begin(now, DAY) - 29 * DAY;
        let (counts, hours, size) = tokio::try_join!(db.count_site(now), db.count_sign_ins(first_day), db.size())?;
        let SiteCounts { users, unverified, signed_in_today, signed_in_lately, live_sessions, .. } = counts;
        Ok(SiteOverview {
            users,
            unverified,
            signed_in_today,
            signed_in_lately,
            live_sessions,
            flagged_sessions: counts.flagged_sessions,
            locked: counts.locked,
            failed_mails: counts.failed_mails,
            size,
            has_no_mail_server: self.core.mail.writes_files(),
            hours: spans(&hours, HOUR, 24, now),
            days: spans(&hours, DAY, 30, now),
            now,
        })
    }
}

/// Returns the latest `count` spans of this length, oldest first. The last one goes on.
fn spans(hours: &[HourOfSignIns], length: Duration, count: u32, now: Timestamp) -> Vec<SignIns> {
    let latest = begin(now, length);
    let spans = (0..count).rev().map(|back| {
        let at = latest - back * length;
        let within = hours.iter().filter(|hour| (at..at + length).contains(&hour.at));
        let sum = |is_success| within.clone().filter(|hour| hour.is_success == is_success).map(|hour| hour.count).sum();
        SignIns { at, succeeded: sum(true), failed: sum(false) }
    });
    spans.collect()
}

/// Returns when the span of this length that `now` is in began, in UTC.
fn begin(now: Timestamp, length: Duration) -> Timestamp {
    let length = i64::try_from(length.as_millis()).unwrap_or(1);
    Timestamp(now.0 - now.0.rem_euclid(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_add_up_to_spans_of_which_the_last_is_the_current_one() {
        let hour = |at: i64, is_success, count| HourOfSignIns { at: Timestamp(at * 3_600_000), is_success, count };
        let hours = [hour(23, true, 100), hour(24, true, 2), hour(24, false, 1), hour(47, true, 4), hour(49, false, 8)];
        let now = Timestamp(49 * 3_600_000 + 1);
        let counts = |spans: Vec<SignIns>| spans.iter().map(|span| (span.succeeded, span.failed)).collect::<Vec<_>>();
        assert_eq!(counts(spans(&hours, DAY, 2, now)), [(6, 1), (0, 8)]);
        assert_eq!(counts(spans(&hours, HOUR, 3, now)), [(4, 0), (0, 0), (0, 8)]);
        assert_eq!(spans(&hours, DAY, 2, now)[1].at, Timestamp(48 * 3_600_000));
    }
}
