//! Checks that the database and its key exist and belong together.

use super::{
    Failure,
    open::{self, Need},
};
use crate::server::{
    key_file,
    settings::{DatabaseUrl, Settings},
};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Checks that the database file exists or may be created, and creates its folder.
pub fn check_file(file: &Path, settings: &Settings, need: Need) -> Result<(), Failure> {
    if is_there(file) {
        return Ok(());
    }
    check_new(settings, need)?;
    file.parent().map_or(Ok(()), make_folder)
}

/// Checks that a new installation may begin in a database that is missing or has no tables of Claviger. None begins
/// unnoticed: not in a wrong folder, and not next to the key of a lost database.
pub fn check_new(settings: &Settings, need: Need) -> Result<(), Failure> {
    let place = open::place(settings);
    if need == Need::Existing {
        return Err(missing(&place.to_string()));
    }
    let key = key_file::path(&settings.server.data_dir);
    let is_file = matches!(settings.database.url, DatabaseUrl::Sqlite(_));
    if is_file && settings.tokens.jwt_secret.is_none() && key.exists() {
        let key = key.display();
        return Err(Failure(format!(
            "found the key {key}, but not its database {place}: restore the database from a backup, or move the key away to start a new installation"
        )));
    }
    Ok(())
}

/// Returns the error of a command that needs an existing database.
pub fn missing(place: &str) -> Failure {
    Failure(format!(
        "no Claviger database at {place}: run this in the folder of the server or with its --config; `claviger serve` starts a new installation"
    ))
}

/// Creates a folder that only its owner can access, unless it exists.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        let folder = folder.display();
        Failure(format!("can't create the data folder {folder}: {error}; create it, or set server.data_dir"))
    })
}

/// Locks a database file against other servers for as long as the returned file is held. Other commands may
/// still use the database. Returns `None` with a warning if the file can't be locked.
pub fn keep_others_off(file: &Path) -> Result<Option<File>, Failure> {
    // One file may have several names.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let path = file.with_extension("serving");
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(|error| {
        Failure(format!("can't create {}: {error}; make its folder writable for this user", path.display()))
    })?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(Failure(format!(
            "another server is already using {}: stop it, or set another server.data_dir for this one (several nodes need PostgreSQL)",
            file.display()
        ))),
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "can't lock {}: make sure that no other server uses this database", path.display());
            Ok(None)
        }
    }
}

/// Returns whether the file has content. A file that can't be inspected counts: opening it reports the error.
fn is_there(file: &Path) -> bool {
    let has_content = |path: &Path| match fs::metadata(path) {
        Ok(metadata) => metadata.is_dir() || metadata.len() > 0,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    has_content(file) || has_content(Path::new(&log))
}
