//! Profile pictures: received with limits, drawn again, and shown.

mod draw;
mod rooms;

use super::{Authenticated, Caller, Core, Permissions, ServiceError};
use crate::{
    model::{Permission, UserId},
    server::{
        domain::{AuditAction, Picture},
        store::StoreError,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rooms::Rooms;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

pub use rooms::Room;

/// The largest picture accepted, in bytes.
pub const MAX_PICTURE: usize = 2 * 1024 * 1024;
/// How many pictures are decoded at a time: each may take `draw::MAX_MEMORY`.
const DECODERS: usize = 1;

/// Sets, removes and reads profile pictures.
#[derive(Clone)]
pub struct PictureService {
    core: Arc<Core>,
    permissions: Permissions,
    rooms: Rooms,
    decoders: Arc<Semaphore>,
}

/// Why a picture was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("Choose a picture")]
    Empty,
    #[error("Use a JPEG, PNG or WebP picture")]
    WrongKind,
    #[error("Use a picture of at most 2 MiB")]
    TooLarge,
    #[error("Use a picture of at most 4096 × 4096 pixels")]
    TooWide,
    #[error("This picture is damaged")]
    Damaged,
    /// The user is sending others at the same time.
    #[error("Too many requests")]
    TooMany,
    #[error("Service busy")]
    Busy,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for PictureError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl PictureService {
    pub(super) fn new(core: Arc<Core>, permissions: Permissions) -> Self {
        Self { core, permissions, rooms: Rooms::default(), decoders: Arc::new(Semaphore::new(DECODERS)) }
    }

    /// Reserves room before a picture of this user is received. Fails with `TooMany` if the user is sending others, with
    /// `Busy` if there is none.
    pub fn reserve(&self, who: &Authenticated) -> Result<Room, PictureError> {
        self.rooms.reserve(who.claims.user)
    }

    /// Sets the user's own picture, drawn from the received bytes.
    pub async fn set(
        &self,
        room: Room,
        who: &Authenticated,
        received: impl AsRef<[u8]> + Send + 'static,
        caller: &Caller,
    ) -> Result<(), PictureError> {
        let decoder = Arc::clone(&self.decoders).acquire_owned().await.map_err(|_| PictureError::Busy)?;
        let drawn = tokio::task::spawn_blocking(move || {
            // Kept until the work ends, even if the caller goes away.
            let _kept = (room, decoder);
            draw::draw(received.as_ref())
        });
        // A decoder that panics has met a picture that is not valid.
        let content = drawn.await.map_err(|_| PictureError::Damaged)??;
        let version = URL_SAFE_NO_PAD.encode(&Sha256::digest(&content)[..12]);
        let user = who.claims.user;
        let event = self.core.event(caller, AuditAction::PictureChanged, who.actor(), Some(user));
        Ok(self.core.db.set_picture(user, Picture { version, content }, event).await?)
    }

    /// Removes the user's own picture. Returns whether there was one.
    pub async fn remove(&self, who: &Authenticated, caller: &Caller) -> Result<bool, ServiceError> {
        let user = who.claims.user;
        let event = self.core.event(caller, AuditAction::PictureRemoved, who.actor(), Some(user));
        Ok(self.core.db.delete_picture(user, event).await?)
    }

    /// Returns the picture of a user. `None` if there is none, or if it is someone else's and the reader may not
    /// read users.
    pub async fn find(&self, reader: &Authenticated, user: UserId) -> Result<Option<Picture>, ServiceError> {
        let is_own = reader.claims.user == user;
        if !is_own && !self.permissions.allow(reader, Permission::UsersRead) {
            return Ok(None);
        }
        Ok(self.core.db.find_picture(user).await?)
    }
}
