//! Text of the monitor's figures.

use crate::model::Timestamp;

pub const LIVE_SESSIONS: &str = "Active sessions";
pub const LAST_HOUR: &str = "Last hour, per minute";
pub const IN_ALL: &str = "Total";
pub const SIGN_INS: &str = "Sign-ins";
pub const REFRESHES: &str = "Token refreshes";
pub const REJECTIONS: &str = "Rejected attempts";

/// Formats the number of sessions that match the filter.
pub fn total(count: i64) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{} sessions", grouped(count)) }
}

/// Formats a number with a thin space between thousands.
pub fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// Describes one series of the chart for screen readers. `peak` is the highest count in a minute and when it
/// occurred.
pub fn series(name: &str, sum: i64, peak: Option<(i64, Timestamp)>) -> String {
    match peak {
        None => format!("{name}: none in the last hour"),
        Some((most, at)) => format!("{name}: {sum} in the last hour, peak of {most} per minute at {}", at.in_words()),
    }
}

/// Describes the revocation delay. Arguments are in milliseconds.
pub fn revocation(promised: i64, measured: Option<i64>) -> String {
    let promise =
        format!("Revoked sessions stop working at their next request; across nodes within {}.", span(promised));
    match measured {
        None => format!("{promise} No revocations from other nodes yet."),
        Some(measured) => format!("{promise} Last measured: {}.", span(measured)),
    }
}

fn span(millis: i64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        _ if millis % 1000 == 0 => format!("{} s", millis / 1000),
        _ => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let text = |number| grouped(number).replace('\u{2009}', " ");
        assert_eq!((text(0), text(999), text(1000)), ("0".into(), "999".into(), "1 000".into()));
        assert_eq!((text(1_234_567), text(-1234)), ("1 234 567".into(), "-1 234".into()));
    }

    #[test]
    fn a_delay_is_written_in_a_readable_unit() {
        assert_eq!(
            (span(40), span(999), span(5000), span(1250)),
            ("40 ms".into(), "999 ms".into(), "5 s".into(), "1.2 s".into())
        );
    }
}
