//! The error of a command, and what it prints.

use crate::server::services::clause;
use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind, Write},
};

/// One sentence that says how to fix the error. It stands after `error: `, so it begins in lower case and has no full
/// stop.
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// Returns the error of a form field, whose sentences begin with a capital and may have full stops.
    pub fn of_form(error: &impl fmt::Display) -> Self {
        Self(clause(error))
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints lines to standard output. It is no error if the reader stops reading, as `head` does.
pub fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure(format!("can't write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn the_error_of_a_form_becomes_one_sentence_without_capital_and_full_stop() {
        assert_eq!(Failure::of_form(&"Use at least 8 characters.").to_string(), "use at least 8 characters");
        assert_eq!(Failure::of_form(&"Too common. Choose another.").to_string(), "too common; choose another");
        assert_eq!(Failure::of_form(&"").to_string(), "");
    }
}
