//! Dependencies and mails that the services share.

use super::{
    Caller, ClockCheck, Link, Links, MailTemplate, Mailer, ServiceError, devices::Device, mail::MailBudget,
    tokens::Keyring,
};
use crate::{
    model::{Email, Page, Timestamp, User, UserId},
    server::{
        clock::Clock,
        domain::{Actor, AuditAction, AuditEvent, AuditTarget, SecretPurpose},
        randomness::Randomness,
        settings::Settings,
        store::{Db, KnownDevice, Request, StoreError},
    },
};
use serde_json::Value;

/// Database, keys, clock, random source, links and mail.
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
    /// Combines them with the links and mails of these settings.
    pub fn new(
        db: Db,
        keys: Keyring,
        clock: Clock,
        clock_check: ClockCheck,
        randomness: Randomness,
        settings: &Settings,
    ) -> Result<Self, ServiceError> {
        let site = settings.server.public_url.origin().to_owned();
        Ok(Self {
            links: Links::new(site, keys.clone(), randomness.clone()),
            mail: Mailer::new(db.clone(), keys.clone(), clock.clone(), randomness.clone(), settings)?,
            db,
            keys,
            clock,
            clock_check,
            randomness,
        })
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Builds an audit event with the current time.
    pub fn event(&self, caller: &Caller, action: AuditAction, actor: Actor, subject: Option<UserId>) -> AuditEvent {
        let now = self.now();
        caller.event(self.randomness.audit_id(now), now, action, actor, subject)
    }

    /// Records that something was read or exported: `details` say which part of it.
    pub async fn record_reading(
        &self,
        action: AuditAction,
        target: Option<AuditTarget>,
        details: Value,
        (actor, caller): (Actor, &Caller),
    ) -> Result<(), StoreError> {
        let event = AuditEvent { target, details, ..self.event(caller, action, actor, None) };
        self.db.insert_audit(event).await
    }

    /// Finds the caller's browser among the user's devices. If the cookies hold several ids, the best-known
    /// one counts.
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

    /// Builds the mail to the owner of an address that was registered again.
    pub fn already_registered(&self, email: &Email) -> Request {
        let (sign_in, forgot_password) = (self.links.page(Page::SignIn), self.links.page(Page::ForgotPassword));
        let template = MailTemplate::AlreadyRegistered { sign_in, forgot_password };
        Request { secret: None, mail: self.mail.requested(email, &template, MailBudget::Mailbox) }
    }

    /// Builds the mail whose link and code confirm an address. `epoch` is the account's password epoch.
    pub fn verification(&self, user: UserId, email: &Email, epoch: i64) -> Request {
        let Link { url, code, secret } = self.links.bound(SecretPurpose::VerifyEmail, user, email, epoch, self.now());
        let template = MailTemplate::VerifyEmail { link: url, code };
        Request { secret: Some(secret), mail: self.mail.requested(email, &template, MailBudget::Mailbox) }
    }

    /// Builds the mail whose link sets a new password, as an administrator sends it: no budget limits it.
    pub fn reset(&self, user: &User, epoch: i64) -> Request {
        let Link { url, secret, .. } = self.links.for_user(SecretPurpose::ResetPassword, user, epoch, self.now());
        let template = MailTemplate::ResetPassword { link: url };
        Request { secret: Some(secret), mail: self.mail.notice(&user.email, &template) }
    }

    /// Builds the mail whose link sets a password and confirms the address.
    pub fn finish_registration(&self, user: UserId, email: &Email, epoch: i64) -> Request {
        let Link { url, secret, .. } = self.links.bound(SecretPurpose::ResetPassword, user, email, epoch, self.now());
        let template = MailTemplate::FinishRegistration { link: url };
        Request { secret: Some(secret), mail: self.mail.requested(email, &template, MailBudget::Mailbox) }
    }
}
