//! Bar chart of the last hour, one bar per minute.

use crate::{
    model::{Minute, Overview, Timestamp},
    ui::components::bar_chart,
};

/// Number of minutes in the chart.
pub const WIDTH: i64 = 60;
const MINUTE: i64 = 60_000;

/// Selects the count of a minute to draw.
pub type Counted = fn(&Minute) -> i64;

/// Returns the top of a scale on which all these counts fit.
pub fn top(overview: &Overview, counts: &[Counted]) -> i64 {
    bar_chart::top(overview.last_hour.iter().flat_map(|minute| counts.iter().map(|counted| counted(minute))))
}

/// Draws the bars of one count as an SVG path of `WIDTH` units, on a scale from 0 to `top`.
pub fn bars(overview: &Overview, top: i64, counted: Counted) -> String {
    let place = |minute: &Minute| WIDTH - 1 - (overview.now.0.div_euclid(MINUTE) - minute.at.0.div_euclid(MINUTE));
    let minutes = overview.last_hour.iter().map(|minute| (place(minute), counted(minute)));
    bar_chart::bars(minutes.filter(|(place, _)| (0..WIDTH).contains(place)), top)
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
