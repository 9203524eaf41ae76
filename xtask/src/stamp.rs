//! Records next to the server which inputs it was built from.
//!
//! cargo-leptos empties the site folder and rebuilds even when nothing changed.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::process;

const INPUTS: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "build.rs",
    "askama.toml",
    "src",
    "style",
    "public",
    "migrations",
];

/// Returns a digest of everything the build reads; `recipe` describes how it is built.
pub fn inputs(root: &Path, recipe: &str) -> Result<u64> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut hasher = DefaultHasher::new();
    add(&mut hasher, recipe.as_bytes());
    add(&mut hasher, process::output_of(Command::new(rustc).arg("-vV"))?.as_bytes());
    add(&mut hasher, env::var_os("RUSTFLAGS").unwrap_or_default().as_encoded_bytes());
    for input in INPUTS {
        add_path(&mut hasher, root, Path::new(input)).with_context(|| format!("cannot read {input}"))?;
    }
    Ok(hasher.finish())
}

/// Returns whether `built` exists, is unchanged since it was stamped, and was built from these inputs.
pub fn is_fresh(built: &Path, inputs: u64) -> bool {
    match (line(built, inputs), fs::read_to_string(stamp_of(built))) {
        (Ok(now), Ok(then)) => now == then,
        _ => false,
    }
}

/// Writes the stamp of a finished build.
pub fn write(built: &Path, inputs: u64) -> Result<()> {
    let stamp = stamp_of(built);
    let line = line(built, inputs).with_context(|| format!("the build left no {}", built.display()))?;
    fs::write(&stamp, line).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Returns a digest of one file's content.
pub fn of_file(path: &Path) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    add(&mut hasher, &fs::read(path)?);
    Ok(hasher.finish())
}

fn stamp_of(built: &Path) -> PathBuf {
    built.with_added_extension("stamp")
}

/// Includes the built file's size and date: another build may have replaced it.
fn line(built: &Path, inputs: u64) -> io::Result<String> {
    let metadata = fs::metadata(built)?;
    let age = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{inputs:016x} {} {}\n", metadata.len(), age.as_nanos()))
}

/// A missing path adds nothing.
fn add_path(hasher: &mut DefaultHasher, root: &Path, relative: &Path) -> io::Result<()> {
    let path = root.join(relative);
    if path.is_dir() {
        let mut names = fs::read_dir(&path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        for name in names {
            add_path(hasher, root, &relative.join(name))?;
        }
    } else if path.is_file() {
        add(hasher, relative.as_os_str().as_encoded_bytes());
        add(hasher, &fs::read(path)?);
    }
    Ok(())
}

/// Adds the length too, so that bytes cannot move between neighbours unnoticed.
fn add(hasher: &mut DefaultHasher, bytes: &[u8]) {
    hasher.write_usize(bytes.len());
    hasher.write(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("xtask-stamp-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("src/pages")).unwrap();
            let folder = Self(path);
            folder.put("Cargo.toml", "[package]");
            folder.put("src/lib.rs", "mod pages;");
            folder.put("src/pages/login.rs", "");
            folder
        }

        fn put(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).unwrap();
        }

        fn digest(&self) -> u64 {
            inputs(&self.0, "build").unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_digest() {
        let folder = Folder::new("same");
        let before = folder.digest();
        folder.put("src/lib.rs", "mod pages;");
        assert_eq!(folder.digest(), before);
    }

    #[test]
    fn a_change_deep_in_the_sources_changes_the_digest() {
        let folder = Folder::new("deep");
        let before = folder.digest();
        folder.put("src/pages/login.rs", "// new");
        assert_ne!(folder.digest(), before);
    }

    #[test]
    fn a_renamed_file_changes_the_digest() {
        let folder = Folder::new("renamed");
        let before = folder.digest();
        fs::rename(folder.0.join("src/pages/login.rs"), folder.0.join("src/pages/logout.rs")).unwrap();
        assert_ne!(folder.digest(), before);
    }

    #[test]
    fn what_the_build_does_not_read_leaves_the_digest_alone() {
        let folder = Folder::new("unread");
        let before = folder.digest();
        folder.put("Leptos.toml", "[server]");
        assert_eq!(folder.digest(), before);
    }

    #[test]
    fn another_recipe_changes_the_digest() {
        let folder = Folder::new("recipe");
        assert_ne!(inputs(&folder.0, "other").unwrap(), folder.digest());
    }

    #[test]
    fn a_stamped_server_is_fresh_until_inputs_or_server_change() {
        let folder = Folder::new("fresh");
        let server = folder.0.join("claviger");
        assert!(!is_fresh(&server, 1));
        folder.put("claviger", "machine code");
        write(&server, 1).unwrap();
        assert!(is_fresh(&server, 1));
        assert!(!is_fresh(&server, 2));
        folder.put("claviger", "other machine code");
        assert!(!is_fresh(&server, 1));
    }
}
