//! Where programs are looked for: our own folders, then the caller's PATH.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The caller's PATH with folders put before it.
#[derive(Clone, Default)]
pub struct SearchPath {
    folders: Vec<PathBuf>,
}

impl SearchPath {
    /// Puts a folder before all others.
    pub fn prepend(&mut self, folder: PathBuf) {
        self.folders.insert(0, folder);
    }

    /// The folders of both.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.folders.extend(other.folders);
        self
    }

    /// The first program of that name.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.all().map(|folder| folder.join(name)).find(|path| is_executable(path))
    }

    /// A command that looks for programs here, and is itself looked for here.
    pub fn command(&self, name: &str) -> Command {
        let program = self.find(name).unwrap_or_else(|| name.into());
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    /// Makes a command look for programs here.
    pub fn apply(&self, command: &mut Command) {
        command.env("PATH", self.joined());
    }

    fn all(&self) -> impl Iterator<Item = PathBuf> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let inherited: Vec<PathBuf> = env::split_paths(&inherited).collect();
        self.folders.clone().into_iter().chain(inherited)
    }

    fn joined(&self) -> OsString {
        // Fails only for folders with a colon in their name, which no PATH can hold.
        env::join_paths(self.all()).unwrap_or_else(|_| env::var_os("PATH").unwrap_or_default())
    }
}

/// Whether there is a program at this path.
pub fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
