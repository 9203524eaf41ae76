//! Text of the overview of the administration.

use super::monitor::grouped;

pub const OVERVIEW: &str = "Overview";
pub const FIGURES: &str = "Figures";
pub const USERS: &str = "Users";
pub const VERIFIED: &str = "Verified users";
pub const TODAY: &str = "Signed in, last 24 hours";
pub const LATELY: &str = "Signed in, last 30 days";
pub const SESSIONS: &str = "Active sessions";
pub const LOCKED: &str = "Locked accounts";
pub const FAILED_MAILS: &str = "Failed emails";
pub const SIZE: &str = "Database size";
pub const COUNTED: &str = "Counted";

pub const ATTENTION: &str = "Needs attention";
pub const ALL_WELL: &str = "Nothing needs your attention.";
pub const NO_MAIL_SERVER: &str = "Emails are saved as files, because no email server is set.";

pub const SIGN_INS: &str = "Sign-ins";
pub const FAILURES: &str = "Failed sign-ins";
pub const HOURS: &str = "Last 24 hours, per hour";
pub const DAYS: &str = "Last 30 days, per day (UTC)";
pub const TOTAL: &str = "Total";
pub const AS_TABLE: &str = "Show as a table";
pub const HOUR: &str = "Hour";
pub const DAY: &str = "Day (UTC)";

/// Says how many emails failed.
pub fn failed_mails(count: i64) -> String {
    match count {
        1 => "1 email could not be sent.".to_owned(),
        _ => format!("{} emails could not be sent.", grouped(count)),
    }
}

/// Says how many accounts are locked.
pub fn locked(count: i64) -> String {
    match count {
        1 => "1 account is locked after failed sign-ins.".to_owned(),
        _ => format!("{} accounts are locked after failed sign-ins.", grouped(count)),
    }
}

/// Says how many sessions are suspicious.
pub fn flagged(count: i64) -> String {
    match count {
        1 => "1 session is suspicious.".to_owned(),
        _ => format!("{} sessions are suspicious.", grouped(count)),
    }
}

/// Describes a series of a chart for screen readers, by its sum and its highest count.
pub fn series(name: &str, sum: i64, most: i64) -> String {
    format!("{name}: {} in total, at most {} at a time", grouped(sum), grouped(most))
}

/// Writes a number of bytes in a readable unit.
pub fn size(bytes: i64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) if bytes < 100 * unit => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        Some((name, unit)) => format!("{} {name}", grouped(bytes / unit)),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_written_in_its_largest_unit() {
        assert_eq!((size(999), size(1000), size(131_072)), ("999 bytes".into(), "1.0 kB".into(), "131 kB".into()));
        assert_eq!((size(4_569_000), size(99_999_999)), ("4.5 MB".into(), "99.9 MB".into()));
        assert_eq!(size(2_000_000_000_000).replace('\u{2009}', " "), "2 000 GB");
    }
}
