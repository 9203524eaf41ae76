//! Errors in settings that stop the start.

use std::io;

/// Settings that can't be used. Each prints as one sentence that says how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file named by `--config` does not exist.
    #[error("{path} does not exist: give `--config` an existing file or leave it out.")]
    NoFile {
        /// The path as it was given.
        path: String,
    },
    /// The file exists but can't be read as text.
    #[error("{path} cannot be read ({cause}): make it a UTF-8 text that this user may read.")]
    Unreadable {
        /// The path as it was given.
        path: String,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// The file is not valid TOML.
    #[error("{path} is not valid TOML at line {line} ({message}): mend that line.")]
    NotToml {
        /// The path as it was given.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// The parser's message.
        message: String,
    },
    /// The file `.env` has a syntax error.
    #[error("{path} is not valid at line {line}: write NAME=value there, the value in quotes if it has spaces.")]
    NotDotenv {
        /// The path as the operator knows it.
        path: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// The key does not exist.
    #[error("{name} is not a setting of Claviger: {fix}")]
    Unknown {
        /// The key as the operator wrote it.
        name: String,
        /// The nearest key, or what to do if none is near.
        fix: String,
    },
    /// The value is not valid for its key.
    #[error("{name} {problem}.")]
    Value {
        /// The key as the operator wrote it, with its spelling elsewhere.
        name: String,
        /// What is wrong and what a valid value looks like; never a secret.
        problem: String,
    },
}
