//! Shared helpers of the settings tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Loaded, Settings, SettingsError, Source};

/// Returns a source that sets nothing, in a folder that does not exist.
pub(super) fn source() -> Source {
    Source { working_dir: PathBuf::from("/nowhere"), cores: 4, ..Source::default() }
}

pub(super) fn flags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    pairs.iter().map(own).collect()
}

pub(super) fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    flags(pairs).into_iter().collect()
}

/// Loads the settings with these flags.
pub(super) fn load(pairs: &[(&str, &str)]) -> Result<Loaded, SettingsError> {
    Settings::load(&Source { flags: flags(pairs), ..source() })
}

/// Returns the error that stops the start.
pub(super) fn message(source: &Source) -> String {
    Settings::load(source).unwrap_err().to_string()
}

/// Returns the error that stops the start with these flags.
pub(super) fn refusal(pairs: &[(&str, &str)]) -> String {
    load(pairs).unwrap_err().to_string()
}

/// A working folder that is deleted after its test.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("claviger-settings-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Creates a folder whose `Leptos.toml` has this text.
    pub fn with(text: &str) -> Self {
        let folder = Self::empty();
        folder.write("Leptos.toml", text);
        folder
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), content).unwrap();
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
