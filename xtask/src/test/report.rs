//! What the tests print: a line for each step, and the sum.

use std::io::{IsTerminal, Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Counts steps and prints how they went.
pub struct Report {
    started: Instant,
    passed: usize,
    failed: usize,
}

impl Report {
    /// Starts the clock.
    pub fn begin() -> Self {
        Self { started: Instant::now(), passed: 0, failed: 0 }
    }

    /// Runs a step; what it returns is a remark, or the telling part of its log.
    pub fn step(&mut self, name: &str, log: &Path, work: impl FnOnce() -> Result<String>) {
        announce(name);
        let started = Instant::now();
        let outcome = work();
        let took = duration(started.elapsed());
        match outcome {
            Ok(remark) => {
                self.passed += 1;
                println!("ok      {name} ({took}){remark}");
            }
            Err(error) => {
                self.failed += 1;
                println!("FAILED  {name} ({took})");
                for line in format!("{error:#}").lines() {
                    println!("        {line}");
                }
                println!("        (all of it: {})", log.display());
            }
        }
    }

    /// Prints the sum.
    pub fn end(self) -> ExitCode {
        println!("Took {}.", duration(self.started.elapsed()));
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Only where the line can be written over later.
fn announce(name: &str) {
    if stdout().is_terminal() {
        print!("…       {name}\r");
        // Not seeing it early does no harm.
        let _ = stdout().flush();
    }
}

/// As people say it: `3.2 s`, `4 min 5 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_in_seconds_below_a_minute_and_in_minutes_above() {
        assert_eq!(duration(Duration::from_millis(3_240)), "3.2 s");
        assert_eq!(duration(Duration::from_secs(245)), "4 min 5 s");
    }
}
