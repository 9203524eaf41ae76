//! Bar charts, drawn here: chart crates write fixed colours or inline styles into their SVG, and these follow the light
//! and the dark scheme.

/// Height of the highest bar. Each bar is one unit wide.
pub const HEIGHT: i64 = 20;

/// Returns the top of a scale on which all these counts fit: 1, 2 or 5 times a power of ten.
pub fn top(counts: impl IntoIterator<Item = i64>) -> i64 {
    let most = counts.into_iter().max().unwrap_or(0);
    let powers = (0..18).map(|power| 10_i64.pow(power));
    let mut scales = powers.flat_map(|power| [power, 2 * power, 5 * power]);
    scales.find(|scale| *scale >= most).unwrap_or(i64::MAX)
}

/// Draws bars at these places as an SVG path, on a scale from 0 to `top`. Every nonzero bar is high enough to be seen.
pub fn bars(counts: impl IntoIterator<Item = (i64, i64)>, top: i64) -> String {
    let bars = counts.into_iter().filter(|(_, count)| *count > 0).map(|(place, count)| {
        let top = HEIGHT - (count * HEIGHT / top).max(2);
        format!("M{place} {HEIGHT}V{top}h.7V{HEIGHT}z")
    });
    bars.collect()
}
