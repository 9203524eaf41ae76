//! Why settings stop the start.

use std::io;

/// Settings that cannot be used; each prints as one sentence that says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file that was asked for is not there.
    #[error("{path} does not exist: give `--config` an existing file or leave it out.")]
    NoFile {
        /// The path as it was given.
        path: String,
    },
    /// The file is there and cannot be read as text.
    #[error("{path} cannot be read ({cause}): make it a UTF-8 text that this user may read.")]
    Unreadable {
        /// The path as it was given.
        path: String,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file is not TOML.
    #[error("{path} is not valid TOML at line {line} ({message}): mend that line.")]
    NotToml {
        /// The path as it was given.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file `.env` is not what it should be.
    #[error("{path} is not valid at line {line}: write NAME=value there, the value in quotes if it has spaces.")]
    NotDotenv {
        /// The path as the person knows it.
        path: String,
        /// Counted from 1.
        line: usize,
    },
    /// A key that is not in the table.
    #[error("{name} is not a setting of Claviger: {mend}")]
    Unknown {
        /// The key in the form the person used.
        name: String,
        /// The nearest key, or what to do without one.
        mend: String,
    },
    /// A value that its key cannot have.
    #[error("{name} {problem}.")]
    Value {
        /// The key in the form the person used, with its other spelling.
        name: String,
        /// What is wrong and what a good value looks like; never a secret.
        problem: String,
    },
}
