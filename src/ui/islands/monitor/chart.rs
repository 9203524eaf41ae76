//! Bar chart of the last hour, one bar per minute.

use crate::model::{Minute, Overview, Timestamp};

/// Number of minutes in the chart.
pub const WIDTH: i64 = 60;
/// Height of the highest bar.
pub const HEIGHT: i64 = 20;
const MINUTE: i64 = 60_000;

/// Selects the count of a minute to draw.
pub type Counted = fn(&Minute) -> i64;

/// Returns the top of a scale on which all these counts fit: 1, 2 or 5 times a power of ten.
pub fn top(overview: &Overview, counts: &[Counted]) -> i64 {
    let most = overview.last_hour.iter().flat_map(|minute| counts.iter().map(|counted| counted(minute))).max();
    let powers = (0..18).map(|power| 10_i64.pow(power));
    let mut scales = powers.flat_map(|power| [power, 2 * power, 5 * power]);
    scales.find(|scale| *scale >= most.unwrap_or(0)).unwrap_or(i64::MAX)
}

/// Draws the bars of one count as an SVG path of `WIDTH` by `HEIGHT`, on a scale from 0 to `top`. Every nonzero bar
/// is high enough to be seen.
pub fn bars(overview: &Overview, top: i64, counted: Counted) -> String {
    let bar = |minute: &Minute| {
        let place = WIDTH - 1 - (overview.now.0.div_euclid(MINUTE) - minute.at.0.div_euclid(MINUTE));
        let count = counted(minute);
        let top = HEIGHT - (count * HEIGHT / top).max(2);
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
        let path = bars(&hour(&[(40, 5), (41, 5), (100, 10)]), 10, |minute| minute.started);
        assert_eq!(path, "M0 20V10h.7V20zM59 20V0h.7V20z");
    }

    #[test]
    fn a_minute_with_few_events_is_still_visible_and_one_without_is_not() {
        let path = bars(&hour(&[(99, 1), (100, 1000)]), 1000, |minute| minute.started);
        assert_eq!(path, "M58 20V18h.7V20zM59 20V0h.7V20z");
        assert_eq!(bars(&hour(&[(99, 0)]), 1, |minute| minute.started), "");
    }

    #[test]
    fn one_round_scale_fits_every_series() {
        let started: Counted = |minute| minute.started;
        let (few, ten): (Counted, Counted) = (|minute| minute.started / 10, |minute| minute.started * 10);
        for (most, scale) in [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (211, 500), (1000, 1000)] {
            assert_eq!(top(&hour(&[(99, 0), (100, most)]), &[few, started]), scale, "{most}");
        }
        assert_eq!(top(&hour(&[(100, 3)]), &[started, ten]), 50);
    }

    #[test]
    fn an_hour_is_described_by_its_sum_and_its_peak() {
        let overview = hour(&[(98, 2), (99, 7), (100, 1)]);
        assert_eq!(sum(&overview, |minute| minute.started), 10);
        assert_eq!(peak(&overview, |minute| minute.started), Some((7, Timestamp(99 * MINUTE))));
        assert_eq!(peak(&overview, |minute| minute.refreshed), None);
    }
}
