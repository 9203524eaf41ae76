//! What every service works with.

use super::{Caller, ClockCheck, Letter, Link, Links, Mailer, devices::Device, mail::MailBudget, tokens::Keyring};
use crate::{
    model::{Email, Timestamp, User, UserId},
    server::{
        clock::Clock,
        randomness::Randomness,
        store::{Action, Actor, AuditEvent, Db, KnownDevice, Purpose, Request, StoreError},
    },
};

/// The database, the keys, time and chance, and the way to people's mailboxes.
pub struct Core {
    pub db: Db,
    pub keys: Keyring,
    pub clock: Clock,
    pub clock_check: ClockCheck,
    pub randomness: Randomness,
    pub links: Links,
    pub mail: Mailer,
}

impl Core {
    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An audit event of now.
    pub fn event(&self, caller: &Caller, action: Action, actor: Actor, subject: Option<UserId>) -> AuditEvent {
        let now = self.now();
        caller.event(self.randomness.audit_id(now), now, action, actor, subject)
    }

    /// The browser that a request came from, as one of this user's devices. Of several ids that its cookies say the
    /// one that is known best counts.
    pub async fn device(&self, user: UserId, caller: &Caller) -> Result<Device, StoreError> {
        let mut device = Device { id: caller.devices.first().cloned(), known: KnownDevice::No };
        for id in &caller.devices {
            let known = self.db.find_device(&self.keys.device_digest(id.expose()), user).await?;
            if known > device.known {
                device = Device { id: Some(id.clone()), known };
            }
        }
        Ok(device)
    }

    /// The mail to the owner of an address with which somebody registers again.
    pub fn already_registered(&self, email: &Email) -> Request {
        let (sign_in, forgot_password) = (self.links.page("/login"), self.links.page("/forgot-password"));
        let letter = Letter::AlreadyRegistered { sign_in, forgot_password };
        Request { secret: None, mail: self.mail.requested(email, &letter, MailBudget::Mailbox) }
    }

    /// The mail with a link, and a code, that confirms the address of an account whose password has this epoch.
    pub fn verification(&self, user: UserId, email: &Email, epoch: i64) -> Request {
        let Link { url, code, secret } = self.links.bound(Purpose::VerifyEmail, user, email, epoch, self.now());
        let letter = Letter::VerifyEmail { link: url, code };
        Request { secret: Some(secret), mail: self.mail.requested(email, &letter, MailBudget::Mailbox) }
    }

    /// The mail with a link that sets a password and confirms the address.
    pub fn finish_registration(&self, user: &User, epoch: i64) -> Request {
        let Link { url, secret, .. } = self.links.for_user(Purpose::ResetPassword, user, epoch, self.now());
        let letter = Letter::FinishRegistration { link: url };
        Request { secret: Some(secret), mail: self.mail.requested(&user.email, &letter, MailBudget::Mailbox) }
    }
}
