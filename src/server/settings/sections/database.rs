//! The database.

use std::time::Duration;

use super::super::database_url::DatabaseUrl;
use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;

/// The section `database`.
#[derive(Debug, Clone)]
pub struct Database {
    /// A file or a server.
    pub url: DatabaseUrl,
    /// Whether `serve` migrates the database first.
    pub migrate: bool,
    /// On PostgreSQL, how long a statement waits for a lock that another transaction holds.
    pub lock_timeout: Duration,
    /// On PostgreSQL, how long one statement may take.
    pub statement_timeout: Duration,
    /// On PostgreSQL, how long a transaction may be idle before the server aborts it.
    pub idle_transaction_timeout: Duration,
}

impl Database {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let database = Self {
            url: values.read(keys::DATABASE_URL)?,
            migrate: values.read(keys::MIGRATE)?,
            lock_timeout: values.read_within(keys::LOCK_TIMEOUT)?,
            statement_timeout: values.read_within(keys::STATEMENT_TIMEOUT)?,
            idle_transaction_timeout: values.read_within(keys::IDLE_TRANSACTION_TIMEOUT)?,
        };
        if database.lock_timeout < database.idle_transaction_timeout {
            return Ok(database);
        }
        // Otherwise a stalled node still waits for a lock when the server aborts the transaction that holds it,
        // gets the lock, and blocks others in turn, again and again.
        let wanted = "must be shorter than `database.idle_transaction_timeout`";
        Err(values.refuse_value(&keys::LOCK_TIMEOUT.key, wanted))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::testing::{load, refusal};
    use super::*;

    #[test]
    fn the_database_file_is_in_the_data_folder_unless_set_otherwise() {
        for (folder, file) in
            [("./data", "./data/claviger.db"), ("/srv/auth/", "/srv/auth/claviger.db"), ("/", "/claviger.db")]
        {
            let database = load(&[("server.data_dir", folder)]).unwrap().settings.database;
            assert!(matches!(database.url, DatabaseUrl::Sqlite(path) if path == Path::new(file)), "{folder}");
        }
    }

    #[test]
    fn the_lock_timeout_is_shorter_than_the_idle_transaction_timeout() {
        let text = refusal(&[("database.lock_timeout", "5s")]);
        assert!(text.contains("must be shorter than `database.idle_transaction_timeout`"), "{text}");
        assert!(load(&[("database.lock_timeout", "5s"), ("database.idle_transaction_timeout", "6s")]).is_ok());
    }

    #[test]
    fn a_bad_address_is_refused_without_showing_its_password() {
        let text = refusal(&[("database.url", "mysql://me:hush@db/claviger")]);
        assert!(text.contains("must be a URL such as sqlite://"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}
