//! Devices that have signed in before. The id that a device's cookie holds is here as a digest.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db},
};
use crate::model::{Timestamp, UserId};

/// How many devices of one user are known; past it the one that was seen longest ago is forgotten.
const MOST: i64 = 100;

/// What is known of a device and a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownDevice {
    /// Never signed in.
    #[default]
    No,
    /// Signed in with a password before today's.
    Former,
    /// Signed in with today's password.
    Trusted,
}

/// A device that signs in.
#[derive(Debug, Clone)]
pub struct DeviceUse {
    /// The digest under which it is remembered from now on.
    pub device: String,
    /// The one it came with, if that is given up: who was known by it is known by the new one.
    pub replaces: Option<String>,
}

impl Db {
    /// Whether this user has signed in with this device.
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
}

/// Remembers that this user signed in with a device while the password had this epoch.
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
