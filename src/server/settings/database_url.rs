//! The URL of the database.

use std::path::PathBuf;

use super::secret::Secret;
use super::value::{Unfit, Value};

/// The database: embedded or a server.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// The embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server. The URL may hold a password.
    Postgres(Secret),
}

impl DatabaseUrl {
    /// Parses `sqlite://<path>`, whose path is not decoded, or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            return sqlite(rest.strip_prefix("//").unwrap_or(rest));
        }
        let address = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        match address {
            Some(address) if !address.is_empty() => Ok(Self::Postgres(Secret::new(text.to_owned()))),
            _ => Err(Unfit::new(
                "a URL such as sqlite:///var/lib/claviger/claviger.db or postgres://user:password@host/database",
            )),
        }
    }
}

impl Value for DatabaseUrl {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text)
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, Unfit> {
    let in_memory = path.starts_with(":memory:");
    if path.is_empty() || path.ends_with('/') || path.contains(['?', '\0']) || in_memory {
        return Err(Unfit::new(
            "a file such as sqlite:///var/lib/claviger/claviger.db, without ?parameters and not in memory",
        ));
    }
    Ok(DatabaseUrl::Sqlite(path.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Option<PathBuf> {
        match DatabaseUrl::parse(text) {
            Ok(DatabaseUrl::Sqlite(path)) => Some(path),
            _ => None,
        }
    }

    #[test]
    fn files_are_relative_or_absolute() {
        assert_eq!(file("sqlite://./data/claviger.db"), Some("./data/claviger.db".into()));
        assert_eq!(file("sqlite:///var/lib/claviger.db"), Some("/var/lib/claviger.db".into()));
        assert_eq!(file("sqlite:claviger.db"), Some("claviger.db".into()));
    }

    #[test]
    fn memory_folders_and_parameters_are_refused() {
        for text in
            ["sqlite://", "sqlite::memory:", "sqlite://:memory:", "sqlite:///var/lib/", "sqlite://x.db?mode=rwc"]
        {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn postgresql_has_two_names_and_does_not_print_its_password() {
        for text in ["postgres://me:hush@db/claviger", "postgresql://me:hush@db/claviger"] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(format!("{url:?}"), "Postgres(***)");
            assert!(matches!(url, DatabaseUrl::Postgres(url) if url.expose() == text));
        }
    }

    #[test]
    fn other_databases_are_refused() {
        for text in ["", "postgres://", "mysql://db/claviger", "claviger.db", "Sqlite://x.db"] {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }
}
