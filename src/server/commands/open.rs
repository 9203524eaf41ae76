//! Opens the database and the services for a command.

use super::{Failure, installation};
use crate::server::{
    clock::Clock,
    key_file,
    randomness::Randomness,
    services::{
        Services,
        tokens::{Keyring, MasterSecret},
    },
    settings::{self, DatabaseUrl, Settings},
    store::{Db, Place, StoreError, TimeLimits},
};
use std::io::{self, IsTerminal};

/// What a command needs to exist already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the server creates an installation if there is none.
    Server,
    /// Nothing: the command may be the first of an installation, and says so if it creates one.
    First,
    /// An installation.
    Existing,
}

/// Returns where the database is.
pub fn place(settings: &Settings) -> Place {
    match &settings.database.url {
        DatabaseUrl::Sqlite(file) => Place::file(file),
        DatabaseUrl::Postgres(url) => Place::server(url.expose()),
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Opens the database that the settings name.
pub async fn database(settings: &Settings, need: Need) -> Result<Db, Failure> {
    if need == Need::Server {
        installation::make_folder(&settings.server.data_dir)?;
    }
    let opened = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => {
            installation::check_file(file, settings, need)?;
            Db::open_sqlite(file).await
        }
        DatabaseUrl::Postgres(url) => {
            let limits = TimeLimits {
                lock: settings.database.lock_timeout,
                statement: settings.database.statement_timeout,
                idle_transaction: settings.database.idle_transaction_timeout,
            };
            Db::open_postgres(url.expose(), limits).await
        }
    };
    let db = opened.map_err(|error| explain(settings, &error))?;
    if db.is_new().await {
        installation::check_new(settings, need)?;
    }
    Ok(db)
}

fn explain(settings: &Settings, error: &StoreError) -> Failure {
    tracing::debug!(cause = ?error, "opening the database");
    Failure(place(settings).explain(error))
}

/// Opens the database, migrates it if the settings say so, and builds the services on it.
pub async fn services(settings: &Settings, need: Need) -> Result<Services, Failure> {
    let db = database(settings, need).await?;
    if need == Need::First && io::stderr().is_terminal() && db.is_new().await {
        eprintln!("Creating a new database: {}", place(settings));
    }
    if settings.database.migrate {
        migrate(&db, settings).await?;
    } else {
        check_migrated(&db, settings).await?;
    }
    if let Some(newest) = db.newer_schema().await {
        tracing::warn!(
            "the database was migrated by a newer version (migration {newest}) than Claviger {VERSION}, which can still \
             use it: upgrade this node too"
        );
    }
    let (clock, randomness) = (Clock::System, Randomness::system());
    let recorded = db.key_fingerprint().await.map_err(|error| explain(settings, &error))?;
    let keys = keys(settings, recorded.is_some(), &randomness)?;
    let fingerprint = keys.fingerprint_for(recorded.as_deref())?;
    if recorded.as_ref() != Some(&fingerprint) {
        db.set_key_fingerprint(fingerprint, clock.now()).await?;
    }
    Ok(Services::build(db, keys, clock, randomness, settings).await?)
}

/// Fails unless this version can use the database as it is.
pub async fn check_migrated(db: &Db, settings: &Settings) -> Result<(), Failure> {
    if db.is_migrated().await {
        return Ok(());
    }
    db.check_compatibility().await.map_err(|error| not_migrated(settings, &error))?;
    Err(Failure("database schema is out of date: run `claviger migrate`".to_owned()))
}

/// Migrates the database to this version. Returns how many migrations were applied.
pub async fn migrate(db: &Db, settings: &Settings) -> Result<usize, Failure> {
    db.migrate().await.map_err(|error| not_migrated(settings, &error))
}

/// Returns the error of a migration as one sentence.
fn not_migrated(settings: &Settings, error: &StoreError) -> Failure {
    let StoreError::Newer { version, needed, known } = error else { return explain(settings, error) };
    Failure(format!(
        "the database needs Claviger {version} or later (migration {needed}), and this is Claviger {VERSION} (migration \
         {known}): upgrade Claviger"
    ))
}

/// Builds the keyring. Creates a key file only for a database that has no key yet.
pub fn keys(settings: &Settings, has_key: bool, randomness: &Randomness) -> Result<Keyring, Failure> {
    let (folder, of_file);
    let current = if let Some(secret) = &settings.tokens.jwt_secret {
        secret
    } else {
        folder = &settings.server.data_dir;
        of_file = if has_key { key_file::load(folder)? } else { key_file::load_or_make(folder, randomness)? };
        &of_file
    };
    let secret = |secret: &settings::MasterSecret| MasterSecret::new(secret.expose_bytes().to_vec());
    let previous: Vec<MasterSecret> = settings.tokens.jwt_previous.iter().map(secret).collect();
    Ok(Keyring::new(&secret(current), &previous))
}
