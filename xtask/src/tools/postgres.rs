//! The PostgreSQL server programs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use super::search_path::{SearchPath, is_executable};

/// Debian keeps these programs off the PATH; so does Homebrew for versions that are not linked.
const FOLDERS: [&str; 3] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// Returns the folder with `initdb`, `pg_ctl` and `postgres`.
pub fn find_or_install() -> Result<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    if !apt::install("postgresql")? {
        bail!(
            "the tests need the PostgreSQL server programs; install them with `apt-get install -y postgresql` or `brew install postgresql`"
        );
    }
    find().context("Debian's postgresql came without initdb; see `dpkg -L postgresql`")
}

fn find() -> Option<PathBuf> {
    // The program on the PATH may be a link; the others are where it points.
    let linked = SearchPath::default().find("initdb").and_then(|path| path.canonicalize().ok());
    let on_path = linked.and_then(|path| path.parent().map(Path::to_path_buf));
    on_path.into_iter().chain(FOLDERS.iter().flat_map(|folder| versions(folder))).find(|folder| is_complete(folder))
}

/// Newest first.
fn versions(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((number(entry.file_name().to_str()?)?, entry.path().join("bin")))).collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, path)| path).collect()
}

/// `15` on Debian, `postgresql@15` on Homebrew.
fn number(name: &str) -> Option<u32> {
    name.strip_prefix("postgresql@").unwrap_or(name).parse().ok()
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|name| is_executable(&folder.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_folder_is_read_from_its_name() {
        assert_eq!(number("15"), Some(15));
        assert_eq!(number("postgresql@17"), Some(17));
        assert_eq!(number("node@22"), None);
    }
}
