//! Requests by which people get an account or regain access, each with its mail in one transaction.

use super::{
    Db, LiveSecret, NewMail, NewSecret, Proof, StoreError, attempts, audit, authority::Power, db::Tx, one_time_secrets,
    outbox, registrations, sessions_of_user::EndedSession, user_changes, users,
};
use crate::{
    model::{Email, Timestamp, User, UserId},
    server::domain::{AuditEvent, SecretPurpose, UserChange},
};
use std::time::Duration;

/// A requested mail, with the link it contains.
#[derive(Debug, Clone)]
pub struct Request {
    pub secret: Option<NewSecret>,
    pub mail: NewMail,
}

impl Request {
    /// Binds the link to the password of this epoch.
    pub(super) fn bind_to(&mut self, epoch: i64) {
        if let Some(secret) = &mut self.secret {
            secret.epoch = epoch;
        }
    }
}

/// A reset that is mailed to a user because someone else asked for it.
#[derive(Debug)]
pub struct OwnerReset {
    pub user: UserId,
    pub email: Email,
    pub request: Request,
    /// Nothing is sent if an earlier link still works at this time.
    pub unless_until: Timestamp,
    pub event: AuditEvent,
}

/// Whether a requested mail has a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    Owner,
    /// There is no such account, or nothing to notify its owner of.
    NoOne,
}

/// What happens to older mailed links of the same purpose and user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Older {
    Dead,
    Good,
}

/// The use of a link or code that is bound to a user.
#[derive(Debug)]
pub struct LinkUse {
    pub purpose: SecretPurpose,
    pub proof: Proof,
    /// The user of the link, as it was looked up before.
    pub user: UserId,
    pub changes: Vec<UserChange>,
    /// Digests of the user's names whose locks are removed.
    pub unlocks: Vec<String>,
    pub notice: Option<NewMail>,
    pub event: AuditEvent,
    /// The longest lifetime of an access token under the current settings.
    pub longest: Duration,
}

impl Db {
    /// Records a request in the audit log and queues its mail. If there is no recipient, does the same work and
    /// undoes it, so that timing does not reveal whether an account exists.
    pub async fn request(
        &self,
        request: Request,
        recipient: Recipient,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                queue(tx, &request, recipient, Older::Dead, now).await
            })
        })
        .await
    }

    /// Does the same for a mail that proves who owns this mailbox: a reset, or an invitation. If the address is that
    /// of an unconfirmed account, its password becomes void, because the person who chose it may be someone else.
    pub async fn request_for_owner(
        &self,
        mut request: Request,
        email: Email,
        recipient: Recipient,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                tx.lock(&one_time_secrets::invitation_lock(&email)).await?;
                audit::insert(tx, &event).await?;
                let is_bound =
                    request.secret.as_ref().is_some_and(|secret| secret.purpose == SecretPurpose::ResetPassword);
                match registrations::void_unconfirmed(tx, &email, now).await? {
                    Some(epoch) if is_bound => request.bind_to(epoch),
                    _ => {}
                }
                queue(tx, &request, recipient, Older::Dead, now).await
            })
        })
        .await
    }

    /// Does the same for an account owner, unless a link of this purpose and subject already exists that is
    /// still valid at `until`.
    pub async fn request_once(
        &self,
        request: Request,
        until: Timestamp,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                let Some(secret) = &request.secret else { return Ok(()) };
                if one_time_secrets::is_out(tx, secret, until).await? {
                    return Ok(());
                }
                queue(tx, &request, Recipient::Owner, Older::Dead, now).await
            })
        })
        .await
    }

    /// Mails a reset for its actor, as [`Db::request_for_owner`] does. Returns whether it was queued. `BeyondActor` if the
    /// user has a permission that the actor lacks.
    pub async fn send_reset(&self, reset: OwnerReset) -> Result<bool, StoreError> {
        let (actor, now) = (reset.event.actor, reset.event.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                let power = Power::of(tx, actor, now).await?;
                send_reset_within(tx, &power, reset).await
            })
        })
        .await
    }

    /// Uses up a link and applies its changes, in one transaction. Returns `None` if the link does not work; a
    /// wrong code is then counted.
    pub async fn use_link(
        &self,
        link: LinkUse,
        now: Timestamp,
    ) -> Result<Option<(User, Vec<EndedSession>)>, StoreError> {
        self.write_as(link.event.actor, now, move |tx| {
            Box::pin(async move {
                let secret = one_time_secrets::consume(tx, link.purpose, &link.proof, now).await?;
                let Some(secret) = secret else { return Ok(None) };
                if secret.subject != link.user.to_string() {
                    return Err(StoreError::Missing);
                }
                let mut ended = Vec::new();
                let new_email = new_email(&secret)?.map(UserChange::Email);
                for change in link.changes.iter().chain(&new_email) {
                    ended.extend(user_changes::apply(tx, link.user, change, &link.event, link.longest, now).await?);
                }
                attempts::open(tx, &link.unlocks, now).await?;
                audit::insert(tx, &link.event).await?;
                if let Some(notice) = &link.notice {
                    outbox::insert(tx, notice, now).await?;
                }
                Ok(Some((users::find(tx, link.user).await?, ended)))
            })
        })
        .await
    }
}

/// Mails a reset within this power. Returns whether it was queued.
pub(super) async fn send_reset_within(tx: &mut Tx, power: &Power, reset: OwnerReset) -> Result<bool, StoreError> {
    let OwnerReset { user, email, mut request, unless_until, event } = reset;
    tx.lock(&one_time_secrets::invitation_lock(&email)).await?;
    users::lock(tx, user).await?;
    power.check(tx, user).await?;
    if let Some(secret) = &request.secret
        && one_time_secrets::is_out(tx, secret, unless_until).await?
    {
        return Ok(false);
    }
    audit::insert(tx, &event).await?;
    if let Some(epoch) = registrations::void_unconfirmed(tx, &email, event.at).await? {
        request.bind_to(epoch);
    }
    queue(tx, &request, Recipient::Owner, Older::Dead, event.at).await?;
    Ok(true)
}

/// Returns the new address of the account, if the link confirms one.
fn new_email(secret: &LiveSecret) -> Result<Option<Email>, StoreError> {
    match &secret.about_address {
        Some(address) if secret.purpose == SecretPurpose::ChangeEmail => {
            Email::stored(address).map(Some).map_err(|_| StoreError::Missing)
        }
        _ => Ok(None),
    }
}

/// Queues the mail and makes its link the newest. Beyond the mail budget it does neither: the last mailed link
/// stays valid. In that case, and without a recipient, the same rows are written and deleted again.
pub(super) async fn queue(
    tx: &mut Tx,
    request: &Request,
    recipient: Recipient,
    older: Older,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_within_budget = outbox::is_within_budget(tx, &request.mail).await?;
    let is_sent = is_within_budget && recipient == Recipient::Owner;
    outbox::insert_anyway(tx, &request.mail, now).await?;
    if !is_sent {
        outbox::delete(tx, request.mail.id).await?;
    }
    let Some(secret) = &request.secret else { return Ok(()) };
    one_time_secrets::insert_additional(tx, secret, now).await?;
    match (is_sent, older) {
        (false, _) => one_time_secrets::delete(tx, secret.id).await,
        (true, Older::Dead) => one_time_secrets::delete_older(tx, secret).await,
        (true, Older::Good) => Ok(()),
    }
}
