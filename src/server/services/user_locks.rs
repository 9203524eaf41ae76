//! Locks on the names of users.

use super::{Caller, MailTemplate, ServiceError, UserError, UserService};
use crate::{
    model::User,
    server::domain::{Actor, AuditAction},
};

impl UserService {
    /// Returns for each user whether their address or username is locked, from anywhere.
    pub async fn locked(&self, users: &[User]) -> Result<Vec<bool>, ServiceError> {
        let names: Vec<Vec<String>> = users.iter().map(|user| self.lockout().names_of(user)).collect();
        let locked = self.core().db.locked_among(&names.concat(), self.core().now()).await?;
        Ok(names.iter().map(|names| names.iter().any(|name| locked.contains(name))).collect())
    }

    /// Opens the locks on a user's address and username. Returns how many there were.
    pub async fn unlock(&self, user: &User, actor: Actor, caller: &Caller) -> Result<u64, UserError> {
        let event = self.core().event(caller, AuditAction::LockOpened, actor, Some(user.id));
        let notice = self.core().mail.notice(&user.email, &MailTemplate::Unlocked);
        let opened = self.core().db.open_locks(self.lockout().names_of(user), Some(notice), event).await?;
        self.core().mail.wake();
        Ok(opened)
    }
}
