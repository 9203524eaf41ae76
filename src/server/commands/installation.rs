//! Whether there is an installation to work on, and what belongs together in it: the database and its key.

use super::{Failure, open::Need};
use crate::server::{key_file, settings::Settings};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, IsTerminal},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Sees that the database file is there, or may be made. Nobody begins a new installation without knowing: neither
/// in a wrong folder nor beside the key of one whose database is lost.
pub fn check_file(file: &Path, settings: &Settings, need: Need) -> Result<(), Failure> {
    if is_there(file) {
        return Ok(());
    }
    if need == Need::Existing {
        return Err(missing(&file.display().to_string()));
    }
    let key = key_file::path(&settings.server.data_dir);
    if settings.tokens.jwt_secret.is_none() && key.exists() {
        let (key, file) = (key.display(), file.display());
        return Err(Failure(format!(
            "the key {key} is there, but its database {file} is not: restore the database from a backup, or move the key away to begin a new installation"
        )));
    }
    if let Some(folder) = file.parent() {
        make_folder(folder)?;
    }
    if need == Need::First && io::stderr().is_terminal() {
        eprintln!("claviger: there was no database, a new one is made: {}", file.display());
    }
    Ok(())
}

/// The refusal of a command that works on what is there.
pub fn missing(place: &str) -> Failure {
    Failure(format!(
        "there is no Claviger database at {place}: run this where the server runs, or name its settings with --config; `claviger serve` begins a new installation"
    ))
}

/// Makes a folder for its owner only, unless it is there.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        let folder = folder.display();
        Failure(format!("can't make the folder {folder}: {error}; make it yourself, or set server.data_dir to another"))
    })
}

/// Keeps other servers off a database file, for as long as what this returns is kept. Commands may work beside it.
pub fn keep_others_off(file: &Path) -> Result<Option<File>, Failure> {
    // One file may have many names.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let path = file.with_extension("serving");
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(Failure(format!(
            "another `claviger serve` works on {}: stop it first, or give this one a server.data_dir of its own (several nodes need PostgreSQL)",
            file.display()
        ))),
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "{} can't be locked: see to it that no other server works on it", path.display());
            Ok(None)
        }
    }
}

/// Anything but nothing: what can't be looked at is told by whoever opens it.
fn is_there(file: &Path) -> bool {
    let has_content = |path: &Path| match fs::metadata(path) {
        Ok(metadata) => metadata.is_dir() || metadata.len() > 0,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    has_content(file) || has_content(Path::new(&log))
}
