//! The mail with a link that sets a new password, as administrators send it.

use super::{Caller, UserError, UserService, links};
use crate::{
    model::UserId,
    server::{
        domain::{Actor, AuditAction, AuditEvent},
        store::{OwnerReset, StoreError, epoch_of},
    },
};
use std::time::Duration;

/// A link that works for longer than this was sent in the last minute, and a second click sends no second one.
const FRESH: Duration = links::PASSWORD_LIFE.saturating_sub(Duration::from_mins(1));

impl UserService {
    /// Mails a user a link that sets a new password. Returns whether it was queued: it is not if the user was sent one in
    /// the last minute.
    pub async fn send_reset(&self, id: UserId, actor: Actor, caller: &Caller) -> Result<bool, UserError> {
        let event = self.core().event(caller, AuditAction::PasswordResetRequested, actor, Some(id));
        let reset = self.reset_of(id, event).await?;
        let is_sent = self.core().db.send_reset(reset).await?;
        self.core().mail.wake();
        Ok(is_sent)
    }

    /// Builds the mail to a user, whose event this is.
    pub(super) async fn reset_of(&self, id: UserId, event: AuditEvent) -> Result<OwnerReset, StoreError> {
        let db = &self.core().db;
        let user = db.find_user(id).await?.ok_or(StoreError::Missing)?;
        let epoch = epoch_of(db.find_credentials(id).await?.as_ref());
        let unless_until = event.at + FRESH;
        Ok(OwnerReset { request: self.core().reset(&user, epoch), user: id, email: user.email, unless_until, event })
    }
}
