//! Devices in words that a person understands.

use woothee::parser::Parser;

/// The agent of somebody at the machine itself.
pub const COMMAND_LINE: &str = "command line";

/// `Firefox on Linux`, out of a browser's name for itself.
pub fn in_words(agent: &str) -> String {
    match agent {
        "" => return "Unknown device".to_owned(),
        COMMAND_LINE => return "Command line".to_owned(),
        _ => {}
    }
    match Parser::new().parse(agent) {
        Some(found) if found.name != "UNKNOWN" && found.os != "UNKNOWN" => format!("{} on {}", found.name, found.os),
        // A program's own name: `curl/8.5.0`.
        _ => agent.split_whitespace().next().unwrap_or(agent).chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMAND_LINE, in_words};

    #[test]
    fn a_browser_is_named_with_its_system_and_a_program_by_its_own_name() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        assert_eq!(in_words(firefox), "Firefox on Linux");
        assert_eq!(in_words("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(in_words(""), "Unknown device");
        assert_eq!(in_words(COMMAND_LINE), "Command line");
    }
}
