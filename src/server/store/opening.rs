//! Explains to the operator why a database can't be opened.

use super::StoreError;
use sqlx::{migrate::MigrateError, postgres::PgConnectOptions};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
};

/// Where a database is. Never shows a password.
pub enum Place {
    File(PathBuf),
    Server { address: String, database: String, user: String },
}

impl Place {
    /// Returns the place of a file.
    pub fn file(path: &Path) -> Self {
        Self::File(path.to_owned())
    }

    /// Returns the place of the server that `url` names.
    pub fn server(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).unwrap_or_default();
        let user = options.get_username().to_owned();
        let address = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        Self::Server { address, database: options.get_database().unwrap_or(&user).to_owned(), user }
    }

    /// Returns one sentence: what is wrong, where, and how to fix it.
    pub fn explain(&self, error: &StoreError) -> String {
        let cause = match error {
            StoreError::Unavailable(Some(cause)) | StoreError::Failed(cause) => Some(root(cause)),
            _ => None,
        };
        match self {
            Self::File(path) => format!("can't open the database {}: {}", path.display(), of_file(path, cause)),
            Self::Server { address, database, user } => of_server(address, database, user, cause),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server { address, database, .. } => write!(f, "{database} on {address}"),
        }
    }
}

/// Returns the error that a migration error wraps.
fn root(error: &sqlx::Error) -> &sqlx::Error {
    match error {
        sqlx::Error::Migrate(error) => match &**error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => root(error),
            _ => &sqlx::Error::BeginFailed,
        },
        other => other,
    }
}

fn code(error: Option<&sqlx::Error>) -> Option<String> {
    match error {
        Some(sqlx::Error::Database(error)) => error.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

fn of_file(path: &Path, cause: Option<&sqlx::Error>) -> String {
    if path.is_dir() {
        return "it is a folder; set database.url to a file".to_owned();
    }
    let is_denied = matches!(cause, Some(sqlx::Error::Io(error)) if error.kind() == io::ErrorKind::PermissionDenied);
    match code(cause).and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff) {
        Some(3 | 8 | 14 | 23) => DENIED.to_owned(),
        Some(5 | 6) => "it is locked by another program; stop that program".to_owned(),
        Some(11 | 26) => {
            "it is damaged or not an SQLite database; restore it from a backup, or set database.url to another file"
                .to_owned()
        }
        Some(10 | 13) => "it can't be read or written; check whether the disk is full or broken".to_owned(),
        _ if is_denied => DENIED.to_owned(),
        _ => match cause {
            Some(sqlx::Error::Io(error)) => format!("{error}; correct server.data_dir or database.url"),
            _ => "it is not a Claviger database, or can't be used; correct database.url".to_owned(),
        },
    }
}

const DENIED: &str =
    "this user may not write to it; make the file and its folder writable for the user that runs claviger";

fn of_server(address: &str, database: &str, user: &str, cause: Option<&sqlx::Error>) -> String {
    let code = code(cause);
    match (code.as_deref(), cause) {
        (Some(code), _) if code.starts_with("28") => format!(
            "PostgreSQL at {address} rejects the user {user:?} or its password: correct database.url, or the server's pg_hba.conf"
        ),
        (Some("3D000"), _) => format!(
            "PostgreSQL at {address} has no database {database:?}: create it with `createdb {database}`, or correct database.url"
        ),
        (Some("42501"), _) => format!(
            "the user {user:?} lacks a privilege in the database {database:?} at {address}: make it the owner of the database, or grant it CREATE on the schema"
        ),
        (Some("42P07" | "42710"), _) => format!(
            "the database {database:?} at {address} contains tables of another program: create an empty one with `createdb`, and set database.url to it"
        ),
        (Some(code), _) if code.starts_with("53") => {
            format!("PostgreSQL at {address} accepts no more connections: raise its max_connections")
        }
        (Some(code), _) if code.starts_with("57P") => {
            format!("PostgreSQL at {address} is starting or stopping: try again in a moment")
        }
        (Some(code), _) => format!("PostgreSQL at {address} reports error {code}: see its log"),
        (None, Some(sqlx::Error::Tls(_))) => {
            format!(
                "PostgreSQL at {address} can't be reached over TLS: correct sslmode and certificates in database.url"
            )
        }
        (None, Some(sqlx::Error::Protocol(_))) => {
            format!("the server at {address} is not PostgreSQL: correct the host and the port in database.url")
        }
        (None, Some(sqlx::Error::Configuration(_))) => {
            "invalid database.url: expected postgres://user:password@host/database".to_owned()
        }
        (None, _) => format!(
            "PostgreSQL at {address} can't be reached: start it, or correct the host and the port in database.url"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_host_database_and_user_and_never_the_password() {
        let place = Place::server("postgres://me:hush@db.example.com:5433/accounts");
        assert_eq!(place.to_string(), "accounts on db.example.com:5433");
        for error in [StoreError::Unavailable(None), StoreError::Failed(sqlx::Error::WorkerCrashed)] {
            let text = place.explain(&error);
            assert!(text.contains("db.example.com:5433") && !text.contains("hush"), "{text}");
        }
    }
}
