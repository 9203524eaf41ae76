//! Bar chart of the last hour, one bar per minute.

use crate::model::{Minute, Overview, Timestamp};

/// Number of minutes in the chart.
pub const WIDTH: i64 = 60;
/// Height of the highest bar.
pub const HEIGHT: i64 = 20;
const MINUTE: i64 = 60_000;

/// Selects the count of a minute to draw.
pub type Counted = fn(&Minute) -> i64;

/// Draws the bars of one count as an SVG path of `WIDTH` by `HEIGHT`. The highest bar has the full height, and
/// every nonzero bar is high enough to be seen.
pub fn bars(overview: &Overview, counted: Counted) -> String {
    let most = overview.last_hour.iter().map(counted).max().unwrap_or(0).max(1);
    let bar = |minute: &Minute| {
        let place = WIDTH - 1 - (overview.now.0.div_euclid(MINUTE) - minute.at.0.div_euclid(MINUTE));
        let count = counted(minute);
        let top = HEIGHT - (count * HEIGHT / most).max(2);
        (count > 0 && (0..WIDTH).contains(&place)).then(|| format!("M{place} {HEIGHT}V{top}h.7V{HEIGHT}z"))
    };
    overview.last_hour.iter().filter_map(bar).collect()
}

/// Returns the total of the hour.
pub fn sum(overview: &Overview, counted: Counted) -> i64 {
    overview.last_hour.iter().map(counted).sum()
}

/// Returns the highest count in a minute and when it occurred, or `None` if there was nothing.
pub fn peak(overview: &Overview, counted: Counted) -> Option<(i64, Timestamp)> {
    let peak = overview.last_hour.iter().map(|minute| (counted(minute), minute.at)).max();
    peak.filter(|(count, _)| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RevocationDelay;

    fn hour(minutes: &[(i64, i64)]) -> Overview {
        let minute =
            |(at, started): &(i64, i64)| Minute { at: Timestamp(at * MINUTE), started: *started, ..Minute::default() };
        Overview {
            live: 0,
            flagged: 0,
            last_hour: minutes.iter().map(minute).collect(),
            revocation: RevocationDelay { promised: 5000, measured: None },
            now: Timestamp(100 * MINUTE + 30_000),
        }
    }

    #[test]
    fn the_current_minute_is_the_last_bar_and_minutes_older_than_an_hour_have_none() {
        let path = bars(&hour(&[(40, 5), (41, 5), (100, 10)]), |minute| minute.started);
        assert_eq!(path, "M0 20V10h.7V20zM59 20V0h.7V20z");
    }

    #[test]
    fn a_minute_with_few_events_is_still_visible_and_one_without_is_not() {
        let path = bars(&hour(&[(99, 1), (100, 1000)]), |minute| minute.started);
        assert_eq!(path, "M58 20V18h.7V20zM59 20V0h.7V20z");
        assert_eq!(bars(&hour(&[(99, 0)]), |minute| minute.started), "");
    }

    #[test]
    fn an_hour_is_described_by_its_sum_and_its_peak() {
        let overview = hour(&[(98, 2), (99, 7), (100, 1)]);
        assert_eq!(sum(&overview, |minute| minute.started), 10);
        assert_eq!(peak(&overview, |minute| minute.started), Some((7, Timestamp(99 * MINUTE))));
        assert_eq!(peak(&overview, |minute| minute.refreshed), None);
    }
}
