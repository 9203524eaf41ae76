//! What people do to get an account and to get back into it, each with its mail in one piece.

use super::{
    AuditEvent, Db, LiveSecret, NewMail, NewSecret, NewUser, Proof, Purpose, StoreError, UserChange, attempts, audit,
    db::{Tx, execute},
    one_time_secrets, outbox,
    sessions_of_user::EndedSession,
    unconfirmed, user_changes, users,
};
use crate::model::{Email, Timestamp, User, UserId};
use std::time::Duration;

/// A mail that somebody asks for, with the link that stands in it.
#[derive(Debug, Clone)]
pub struct Request {
    pub secret: Option<NewSecret>,
    pub mail: NewMail,
}

/// What an account that registers itself begins with.
#[derive(Debug, Clone)]
pub enum Registered {
    /// A mail with a link that confirms the address.
    ByItself(Box<Request>),
    /// The digest of an invitation's token: it came to the address, which is thereby confirmed.
    ByInvitation { digest: String, address: String },
}

/// The use of a link (or code) that is bound to a user.
#[derive(Debug)]
pub struct LinkUse {
    pub purpose: Purpose,
    pub proof: Proof,
    /// Whom the link is for, as it was looked up before.
    pub user: UserId,
    pub changes: Vec<UserChange>,
    /// The digests of the user's names, where it opens their locks.
    pub unlocks: Vec<String>,
    pub notice: Option<NewMail>,
    pub event: AuditEvent,
    /// The longest life of an access token by today's settings.
    pub longest: Duration,
}

impl Db {
    /// Makes a user who registered. `Missing` if the invitation does not work.
    pub async fn register(
        &self,
        user: NewUser,
        registered: Registered,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if let Registered::ByInvitation { digest, address } = &registered {
                    let proof = Proof::Token(digest.clone());
                    let invitation = one_time_secrets::consume(tx, Purpose::Invite, &proof, now).await?;
                    invitation.filter(|secret| secret.subject == *address).ok_or(StoreError::Missing)?;
                }
                users::insert(tx, &user, now).await?;
                audit::insert(tx, &event).await?;
                match &registered {
                    Registered::ByItself(request) => {
                        unconfirmed::mark(tx, user.id, now).await?;
                        queue(tx, request, now).await.map(drop)
                    }
                    Registered::ByInvitation { .. } => Ok(()),
                }
            })
        })
        .await
    }

    /// Writes what was asked for into the log, and queues the mail if there is one to send. Both
    /// cases cost one commit, so that time tells nobody whether there is an account.
    pub async fn request(&self, request: Option<Request>, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                match &request {
                    Some(request) => queue(tx, request, now).await.map(drop),
                    None => Ok(()),
                }
            })
        })
        .await
    }

    /// The same, unless a link of this purpose and subject is out already that still works at `until`.
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
                queue(tx, &request, now).await.map(drop)
            })
        })
        .await
    }

    /// The same for an account whose address is not confirmed, and whose owner gets a link that sets a
    /// password: the one that was chosen, with this `epoch`, works no more, nor do links made with it.
    pub async fn request_fresh_password(
        &self,
        user: UserId,
        epoch: i64,
        request: Request,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                if !queue(tx, &request, now).await? {
                    return Ok(());
                }
                let sql = "
                    UPDATE passwords
                    SET hash = '', epoch = epoch + 1, changed_at = $3
                    WHERE user_id = $1 AND epoch = $2
                      AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND email_verified_at IS NULL)";
                execute!(tx, sql, user, epoch, now).map(drop)
            })
        })
        .await
    }

    /// Uses a link up and does what it is for, both or neither. None if it does not work; then a
    /// code that was typed is counted.
    pub async fn use_link(
        &self,
        link: LinkUse,
        now: Timestamp,
    ) -> Result<Option<(User, Vec<EndedSession>)>, StoreError> {
        self.write(move |tx| {
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

/// The address that becomes the account's by a link for that.
fn new_email(secret: &LiveSecret) -> Result<Option<Email>, StoreError> {
    match &secret.about_address {
        Some(address) if secret.purpose == Purpose::ChangeEmail => {
            Email::stored(address).map(Some).map_err(|_| StoreError::Missing)
        }
        _ => Ok(None),
    }
}

/// Queues the mail, and with it makes its link the newest. Beyond the limit of its address neither:
/// the link that was mailed last stays good. Answers whether it was queued.
async fn queue(tx: &mut Tx, request: &Request, now: Timestamp) -> Result<bool, StoreError> {
    if !outbox::insert(tx, &request.mail, now).await? {
        return Ok(false);
    }
    if let Some(secret) = &request.secret {
        one_time_secrets::insert(tx, secret, now).await?;
    }
    Ok(true)
}
