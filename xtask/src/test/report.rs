//! Prints the test results: a line per step, and the totals.

use std::io::{IsTerminal, Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Counts steps and prints their results.
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

    /// Runs a step. On success it returns a remark, on failure the relevant part of its log.
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

    /// Prints the totals and returns the exit code.
    pub fn end(self) -> ExitCode {
        println!("Took {}.", duration(self.started.elapsed()));
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Only on a terminal, where the line can be overwritten later.
fn announce(name: &str) {
    if stdout().is_terminal() {
        print!("…       {name}\r");
        // A failed flush only delays the line.
        let _ = stdout().flush();
    }
}

/// Formats a duration for people: `3.2 s`, `4 min 5 s`.
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
    fn a_duration_is_in_seconds_below_a_minute_and_in_minutes_above() {
        assert_eq!(duration(Duration::from_millis(3_240)), "3.2 s");
        assert_eq!(duration(Duration::from_secs(245)), "4 min 5 s");
    }
}
