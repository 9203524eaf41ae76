//! Imports of files of users.

use crate::model::ImportStep;
use serde::{Deserialize, Serialize};

/// The format of a file of users. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportFormat {
    /// Fields separated by commas, with their names in the header row.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// An import of a file that is kept with its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileImport {
    #[serde(rename = "import")]
    pub step: ImportStep,
    pub format: ImportFormat,
}

impl ImportFormat {
    /// Returns the format that the extension of a file's name stands for.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}
