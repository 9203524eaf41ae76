//! Devices that have signed in before, stored by the digest of the id in their cookie.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db},
};
use crate::{
    model::{Timestamp, UserId},
    server::domain::KnownSince,
};

/// How many devices of one user are remembered. Beyond that, the least recently seen is deleted.
const MOST: i64 = 100;

/// How well a device is known for a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownDevice {
    /// Never signed in.
    #[default]
    No,
    /// Signed in with a former password.
    Former,
    /// Signed in with the current password.
    Trusted,
}

/// A device that signs in.
#[derive(Debug, Clone)]
pub struct DeviceUse {
    /// The digest under which it is remembered from now on.
    pub device: String,
    /// The digest it had until now, if that is replaced: all its users move to the new one.
    pub replaces: Option<String>,
}

impl Db {
    /// Returns how well this device is known for this user.
    pub async fn find_device(&self, device: &str, user: UserId) -> Result<KnownDevice, StoreError> {
        let sql = "
            SELECT devices.password_epoch = passwords.epoch
            FROM devices
            JOIN passwords ON passwords.user_id = devices.user_id
            WHERE devices.device = $1 AND devices.user_id = $2";
        let row: Option<bool> =
            on_db!(self, |conn| sqlx::query_scalar(sql).bind(device).bind(user).fetch_optional(conn))?;
        Ok(match row {
            Some(true) => KnownDevice::Trusted,
            Some(false) => KnownDevice::Former,
            None => KnownDevice::No,
        })
    }

    /// Returns when each known device of a user signed in, the latest first.
    pub async fn list_devices(&self, user: UserId) -> Result<Vec<KnownSince>, StoreError> {
        let sql = "
            SELECT first_seen_at, last_seen_at
            FROM devices
            WHERE user_id = $1
            ORDER BY last_seen_at DESC";
        let rows: Vec<(Timestamp, Timestamp)> = on_db!(self, |conn| sqlx::query_as(sql).bind(user).fetch_all(conn))?;
        let known = |(first_seen_at, last_seen_at)| KnownSince { first_seen_at, last_seen_at };
        Ok(rows.into_iter().map(known).collect())
    }
}

/// Remembers that this user signed in on a device at this password epoch.
pub(super) async fn remember(
    tx: &mut Tx,
    arrived: &DeviceUse,
    user: UserId,
    epoch: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(replaced) = &arrived.replaces {
        execute!(tx, "UPDATE devices SET device = $2 WHERE device = $1", replaced.as_str(), arrived.device.as_str())?;
    }
    let sql = "
        INSERT INTO devices (device, user_id, password_epoch, first_seen_at, last_seen_at)
        VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (device, user_id) DO UPDATE
        SET password_epoch = excluded.password_epoch, last_seen_at = excluded.last_seen_at";
    execute!(tx, sql, arrived.device.as_str(), user, epoch, now)?;
    let sql = "
        DELETE FROM devices
        WHERE user_id = $1 AND device IN (
          SELECT device FROM devices
          WHERE user_id = $1
          ORDER BY last_seen_at DESC, device
          LIMIT $2 OFFSET $2)";
    execute!(tx, sql, user, MOST).map(drop)
}
