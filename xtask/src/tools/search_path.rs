//! Looks for programs: in our own folders, then on the user's PATH.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The user's PATH with extra folders in front.
#[derive(Clone, Default)]
pub struct SearchPath {
    folders: Vec<PathBuf>,
}

impl SearchPath {
    /// Puts a folder in front of all others.
    pub fn prepend(&mut self, folder: PathBuf) {
        self.folders.insert(0, folder);
    }

    /// Appends the extra folders of another search path.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.folders.extend(other.folders);
        self
    }

    /// Returns the first program with this name.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.all().map(|folder| folder.join(name)).find(|path| is_executable(path))
    }

    /// Returns a command for a program found here, which itself searches here too.
    pub fn command(&self, name: &str) -> Command {
        let program = self.find(name).unwrap_or_else(|| name.into());
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    /// Makes a command search here for programs.
    pub fn apply(&self, command: &mut Command) {
        command.env("PATH", self.joined());
    }

    fn all(&self) -> impl Iterator<Item = PathBuf> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let inherited: Vec<PathBuf> = env::split_paths(&inherited).collect();
        self.folders.clone().into_iter().chain(inherited)
    }

    fn joined(&self) -> OsString {
        // Fails only for folders with a colon in their name, which a PATH cannot contain.
        env::join_paths(self.all()).unwrap_or_else(|_| env::var_os("PATH").unwrap_or_default())
    }
}

/// Returns whether there is an executable file at this path.
pub fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
