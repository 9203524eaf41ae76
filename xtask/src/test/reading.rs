//! Reads logs: why a step failed, and the totals of one that passed.

const MOST_LINES: usize = 120;
const LAST_LINES: usize = 60;

/// Returns why a step failed: cargo's failed tests, or else everything from the compiler's first error or
/// Playwright's first failure, or else the end of the log.
pub fn relevant_part(log: &str) -> String {
    let failures = failed_tests(log);
    if !failures.is_empty() {
        return shortened(&failures);
    }
    let lines: Vec<&str> = log.lines().collect();
    let is_first = |line: &&str| line.starts_with("error") || line.starts_with("  1) ");
    match lines.iter().position(is_first) {
        Some(first) => shortened(&lines[first..]),
        None => lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"),
    }
}

/// Returns the totals over all test programs of `cargo test`.
pub fn cargo_totals(log: &str) -> String {
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for line in log.lines().filter(|line| line.starts_with("test result: ")) {
        passed += number_before(line, " passed");
        failed += number_before(line, " failed");
        ignored += number_before(line, " ignored");
    }
    format!(": {passed} tests passed, {failed} failed, {ignored} ignored")
}

/// Returns the totals at the end of Playwright's output: lines like `12 passed (3.4s)`.
pub fn playwright_totals(log: &str) -> String {
    let sum =
        |word: &str| log.lines().rev().map(|line| number_before(line, word)).find(|count| *count > 0).unwrap_or(0);
    format!(": {} tests passed, {} flaky, {} skipped", sum(" passed"), sum(" flaky"), sum(" skipped"))
}

fn failed_tests(log: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        inside = (inside || line == "failures:") && !line.starts_with("test result: ");
        if inside {
            found.push(line);
        }
    }
    found
}

fn shortened(lines: &[&str]) -> String {
    let shown = lines[..lines.len().min(MOST_LINES)].join("\n");
    match lines.len().saturating_sub(MOST_LINES) {
        0 => shown,
        more => format!("{shown}\n… and {more} lines more"),
    }
}

fn number_before(line: &str, word: &str) -> usize {
    let before = line.split(word).next().filter(|before| before.len() < line.len());
    let digits = before.and_then(|before| before.rsplit(|c: char| !c.is_ascii_digit()).next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARGO: &str = "\
running 2 tests
test tokens::a_token_ends ... ok
test tokens::a_token_begins ... FAILED

failures:

---- tokens::a_token_begins stdout ----
it did not

failures:
    tokens::a_token_begins

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 3 tests
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s
";

    #[test]
    fn the_relevant_part_is_the_failed_tests_and_not_the_passed_ones() {
        let part = relevant_part(CARGO);
        assert!(part.contains("it did not"));
        assert!(!part.contains("a_token_ends"));
        assert!(!part.contains("running 3 tests"));
    }

    #[test]
    fn without_failed_tests_the_relevant_part_is_the_first_error() {
        assert_eq!(relevant_part("   Compiling a\nerror[E0425]: no b\n --> c\n"), "error[E0425]: no b\n --> c");
    }

    #[test]
    fn the_relevant_part_of_playwrights_output_is_its_failures_and_not_its_progress() {
        let log = "  x  1 login.spec.ts:3\n\n  1) login.spec.ts:3 signs in\n    Error: no\n";
        assert_eq!(relevant_part(log), "  1) login.spec.ts:3 signs in\n    Error: no");
    }

    #[test]
    fn without_an_error_the_relevant_part_is_the_end() {
        assert_eq!(relevant_part("Diff in a\n-b\n+c\n"), "Diff in a\n-b\n+c");
    }

    #[test]
    fn a_long_failure_is_cut_and_says_so() {
        let log = "error: no\n".repeat(MOST_LINES + 5);
        assert!(relevant_part(&log).ends_with("… and 5 lines more"));
    }

    #[test]
    fn the_totals_of_all_test_programs_are_added() {
        assert_eq!(cargo_totals(CARGO), ": 3 tests passed, 1 failed, 1 ignored");
    }

    #[test]
    fn playwrights_totals_are_in_its_last_lines() {
        let log = "  ok 1 signs in 3 passed on\n\n  1 flaky\n  2 skipped\n  12 passed (3.4s)\n";
        assert_eq!(playwright_totals(log), ": 12 tests passed, 1 flaky, 2 skipped");
    }
}
