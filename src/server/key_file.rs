//! The file with the master secret, for installations that set none.

use crate::server::{randomness::Randomness, settings::MasterSecret};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Reason why no key could be loaded.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("can't read or write {0}: {1}; make the data folder writable for this user")]
    Io(String, #[source] io::Error),
    #[error("{0} is not a key (at least 32 random bytes, base64-encoded): restore it, or set tokens.jwt_secret")]
    Damaged(String),
    #[error(
        "the key file {0} is missing, which this database needs: restore it, or set tokens.jwt_secret to its content"
    )]
    Missing(String),
}

/// Returns the path of the key file.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("jwt.key")
}

/// Loads the key from `<folder>/jwt.key`, which must exist.
pub fn load(folder: &Path) -> Result<MasterSecret, KeyFileError> {
    let file = path(folder);
    let named = || file.display().to_string();
    match fs::read_to_string(&file) {
        Ok(text) => MasterSecret::parse(text.trim()).map_err(|_| KeyFileError::Damaged(named())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeyFileError::Missing(named())),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::IsADirectory) => {
            Err(KeyFileError::Damaged(named()))
        }
        Err(error) => Err(KeyFileError::Io(named(), error)),
    }
}

/// Loads the key from `<folder>/jwt.key`, and creates it on the first start. Concurrent starts end up with the
/// same key.
pub fn load_or_make(folder: &Path, randomness: &Randomness) -> Result<MasterSecret, KeyFileError> {
    let file = path(folder);
    let io_error = |error| KeyFileError::Io(file.display().to_string(), error);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io_error)?;
    if !file.exists() {
        make(folder, &file, randomness).map_err(io_error)?;
    }
    load(folder)
}

/// Returns a warning with its fix if other users can read `<folder>/jwt.key`; `None` if they can't or there is no file.
pub fn warning(folder: &Path) -> Option<String> {
    let file = path(folder);
    let mode = fs::metadata(&file).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let file = file.display();
        format!(
            "{file} can be read by other users of this machine, who could sign in as anyone: run `chmod 600 {file}`"
        )
    })
}

/// Writes the key under another name first, so that no process reads half a key.
fn make(folder: &Path, file: &Path, randomness: &Randomness) -> io::Result<()> {
    let draft = folder.join(format!("jwt.key.{}", u64::from_be_bytes(randomness.bytes())));
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(open, "{}", STANDARD.encode(randomness.bytes::<48>()))?;
    open.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        // Another process was first: its key counts.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_created_once_readable_by_its_owner_only_and_unique() {
        let folder = std::env::temp_dir().join(format!("claviger-key-{}", std::process::id()));
        let other = folder.join("other");
        let first = load_or_make(&folder, &Randomness::system()).expect("made");
        let again = load_or_make(&folder, &Randomness::system()).expect("read");
        let elsewhere = load_or_make(&other, &Randomness::system()).expect("made");
        assert_eq!(first.expose_bytes(), again.expose_bytes());
        assert_eq!(load(&folder).expect("read").expose_bytes(), first.expose_bytes());
        assert!(matches!(load(Path::new("/nowhere")), Err(KeyFileError::Missing(_))));
        assert_ne!(first.expose_bytes(), elsewhere.expose_bytes());
        let mode = fs::metadata(folder.join("jwt.key")).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!((warning(&folder), warning(Path::new("/nowhere"))), (None, None));
        for open in [0o640, 0o604, 0o644, 0o660] {
            let file = folder.join("jwt.key");
            fs::set_permissions(&file, fs::Permissions::from_mode(open)).expect("mode");
            let warning = warning(&folder).expect("a warning");
            assert!(warning.contains(&format!("chmod 600 {}", file.display())), "{warning}");
        }
        fs::write(folder.join("jwt.key"), "c2VjcmV0").expect("written");
        assert!(matches!(load_or_make(&folder, &Randomness::system()), Err(KeyFileError::Damaged(_))));
        fs::remove_dir_all(folder).expect("removed");
    }
}
