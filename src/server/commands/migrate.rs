//! `claviger migrate`.

use super::{Failure, open};
use crate::server::settings::Settings;

/// Brings the database to this version and says what it did.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let db = open::database(settings).await?;
    match open::migrate(&db).await? {
        0 => println!("The database is of this version already."),
        1 => println!("Applied 1 migration."),
        count => println!("Applied {count} migrations."),
    }
    db.close().await;
    Ok(())
}
