//! Reads a file of users with a progress bar.

use crate::server::{commands::Failure, domain::ImportFormat, services::NewMember};
use indicatif::ProgressBar;
use std::{fs::File, path::PathBuf, str::FromStr};

/// A file whose extension names its format.
#[derive(Debug, Clone)]
pub struct UserFile {
    path: PathBuf,
    format: ImportFormat,
}

/// The extension of the file names no known format.
#[derive(Debug, thiserror::Error)]
#[error("the name must end in .csv for CSV, or in .jsonl or .ndjson for JSON Lines")]
pub struct UnknownFormat;

impl FromStr for UserFile {
    type Err = UnknownFormat;

    fn from_str(path: &str) -> Result<Self, UnknownFormat> {
        Ok(Self { path: PathBuf::from(path), format: ImportFormat::of_name(path).ok_or(UnknownFormat)? })
    }
}

impl UserFile {
    /// Reads every user with the line number where the record begins, and every error in it. Shows a progress bar on a terminal.
    pub fn read(&self, each: impl FnMut(u64, NewMember, Vec<String>)) -> Result<(), Failure> {
        let unreadable = |error: std::io::Error| Failure(format!("can't read {}: {error}", self.path.display()));
        let file = File::open(&self.path).map_err(unreadable)?;
        let bar = ProgressBar::new(file.metadata().map_err(unreadable)?.len());
        let read = self.format.read(bar.wrap_read(file), each);
        bar.finish_and_clear();
        read.map_err(Failure)
    }
}
