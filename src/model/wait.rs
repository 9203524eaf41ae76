//! Waiting times as text.

use std::fmt;

/// A wait in seconds, shown in seconds below a minute and otherwise in minutes, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u64);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = if self.0 < 60 { (self.0, "second") } else { (self.0.div_ceil(60), "minute") };
        let ending = if count == 1 { "" } else { "s" };
        write!(f, "{count} {unit}{ending}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_written_in_seconds_or_rounded_up_to_minutes() {
        let written: Vec<String> = [1, 3, 59, 60, 61, 900].map(|seconds| Wait(seconds).to_string()).into();
        assert_eq!(written, ["1 second", "3 seconds", "59 seconds", "1 minute", "2 minutes", "15 minutes"]);
    }
}
