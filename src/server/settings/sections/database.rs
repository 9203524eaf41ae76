//! Where the data is.

use super::super::database_url::DatabaseUrl;
use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;

/// The section `database`.
#[derive(Debug, Clone)]
pub struct Database {
    /// A file or a server.
    pub url: DatabaseUrl,
    /// Whether `serve` brings the database to this version first.
    pub migrate: bool,
}

impl Database {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self { url: values.read(keys::DATABASE_URL)?, migrate: values.read(keys::MIGRATE)? })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::testing::{load, refusal};
    use super::*;

    #[test]
    fn the_database_file_lies_in_the_data_folder_unless_told_otherwise() {
        for (folder, file) in
            [("./data", "./data/claviger.db"), ("/srv/auth/", "/srv/auth/claviger.db"), ("/", "/claviger.db")]
        {
            let database = load(&[("server.data_dir", folder)]).unwrap().settings.database;
            assert!(matches!(database.url, DatabaseUrl::Sqlite(path) if path == Path::new(file)), "{folder}");
        }
    }

    #[test]
    fn a_bad_address_is_refused_without_showing_its_password() {
        let text = refusal(&[("database.url", "mysql://me:hush@db/claviger")]);
        assert!(text.contains("must be an address like sqlite://"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}
