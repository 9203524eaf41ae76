//! Errors in settings that stop the start.

use std::io;

/// Settings that can't be used. Each prints as one sentence that says how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file named by `--config` does not exist.
    #[error("{path} not found: give `--config` an existing file, or leave it out")]
    NoFile {
        /// The path as it was given.
        path: String,
    },
    /// The file exists but can't be read as text.
    #[error("can't read {path}: {cause}; it must be UTF-8 and readable by this user")]
    Unreadable {
        /// The path as it was given.
        path: String,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// The file is not valid TOML.
    #[error("{path} is not valid TOML: fix line {line} ({message})")]
    NotToml {
        /// The path as it was given.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// The parser's message.
        message: String,
    },
    /// The file `.env` has a syntax error.
    #[error("{path} is not valid: line {line} must be NAME=value, with quotes around a value that has spaces")]
    NotDotenv {
        /// The path as the operator knows it.
        path: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// The key does not exist.
    #[error("unknown setting {name}: {fix}")]
    Unknown {
        /// The key as the operator wrote it.
        name: String,
        /// The nearest key, or what to do if none is near.
        fix: String,
    },
    /// The value is not valid for its key. The sentence names the key as the operator wrote it, and never a secret.
    #[error("{0}")]
    Value(String),
}
