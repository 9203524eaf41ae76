//! Opening what a command works on.

use super::Failure;
use crate::server::{
    clock::Clock,
    key_file,
    randomness::Randomness,
    services::{
        Services,
        tokens::{Keyring, MasterSecret},
    },
    settings::{self, DatabaseUrl, Settings},
    store::{Db, StoreError},
};
use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt};

/// Opens the database that the settings name.
pub async fn database(settings: &Settings) -> Result<Db, Failure> {
    let opened = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => {
            if let Some(folder) = file.parent() {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            Db::open_sqlite(file).await
        }
        DatabaseUrl::Postgres(url) => Db::open_postgres(url.expose()).await,
    };
    opened.map_err(|error| {
        tracing::debug!(cause = ?error, "opening the database");
        Failure(
            "can't open the database: check database.url, and that it is reachable and writable for this user"
                .to_owned(),
        )
    })
}

/// Opens the database, brings it to this version if that is wanted, and builds the services on it.
pub async fn services(settings: &Settings) -> Result<Services, Failure> {
    let db = database(settings).await?;
    if settings.database.migrate {
        migrate(&db).await?;
    } else if !db.is_migrated().await {
        return Err(Failure("the database is not of this version: run `claviger migrate`".to_owned()));
    }
    let (clock, randomness) = (Clock::System, Randomness::System);
    let keys = keys(settings, &randomness)?;
    let recorded = db.key_fingerprint().await?;
    let fingerprint = keys.fingerprint_for(recorded.as_deref())?;
    if recorded.as_ref() != Some(&fingerprint) {
        db.set_key_fingerprint(fingerprint, clock.now()).await?;
    }
    Ok(Services::build(db, keys, clock, randomness, settings).await?)
}

/// Brings the database to this version. Answers how many migrations were applied.
pub async fn migrate(db: &Db) -> Result<usize, Failure> {
    db.migrate().await.map_err(|error: StoreError| {
        tracing::error!(cause = ?error, "the migration failed");
        Failure("can't bring the database to this version; nothing was changed, and the log says why".to_owned())
    })
}

fn keys(settings: &Settings, randomness: &Randomness) -> Result<Keyring, Failure> {
    let made;
    let current = if let Some(secret) = &settings.tokens.jwt_secret {
        secret
    } else {
        made = key_file::load_or_make(&settings.server.data_dir, randomness)?;
        &made
    };
    let secret = |secret: &settings::MasterSecret| MasterSecret::new(secret.expose_bytes().to_vec());
    let previous: Vec<MasterSecret> = settings.tokens.jwt_previous.iter().map(secret).collect();
    Ok(Keyring::new(&secret(current), &previous))
}
