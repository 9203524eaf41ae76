//! `claviger migrate`.

use super::{
    Failure,
    open::{self, Need},
};
use crate::server::settings::Settings;

/// Migrates the database to this version and prints how many migrations were applied.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let db = open::database(settings, Need::First).await?;
    if db.is_new().await {
        println!("Created a new database: {}", open::place(settings));
    }
    match open::migrate(&db, settings).await? {
        0 => println!("Database is up to date."),
        1 => println!("Applied 1 migration."),
        count => println!("Applied {count} migrations."),
    }
    db.close().await;
    Ok(())
}
