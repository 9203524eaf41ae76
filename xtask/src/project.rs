//! Finds the project's folders and cargo's target folder.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The folders of this checkout.
pub struct Project {
    pub root: PathBuf,
    /// Cargo's target folder, even if the environment moves it.
    pub target: PathBuf,
}

impl Project {
    /// Asks cargo for the folders.
    pub fn find() -> Result<Self> {
        let text = process::output_of(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&text).context("`cargo metadata` does not print JSON")?;
        let folder = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("`cargo metadata` does not say the {key}"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// Returns the path of the release server.
    pub fn server(&self) -> PathBuf {
        self.target.join("release/claviger")
    }

    /// Returns the folder of the browser tests.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }
}

/// Returns a command for the cargo that runs this program.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
