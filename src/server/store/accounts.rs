//! What people do to get an account and to get back into it, each with its mail in one piece.

use super::{
    AuditEvent, Db, NewMail, NewSecret, NewUser, Proof, Purpose, StoreError, UserChange, attempts, audit, db::Tx,
    one_time_secrets, outbox, sessions_of_user::EndedSession, user_changes, users,
};
use crate::model::{Timestamp, User, UserId};
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
                    Registered::ByItself(request) => queue(tx, request, now).await,
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
                    Some(request) => queue(tx, request, now).await,
                    None => Ok(()),
                }
            })
        })
        .await
    }

    /// The same, unless a link of this purpose and subject that works is out already.
    pub async fn request_once(&self, request: Request, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                let Some(secret) = &request.secret else { return Ok(()) };
                // Else two at once would both find none, and the later would kill the earlier's link.
                tx.lock(&format!("{} for {}", secret.purpose.as_str(), secret.subject)).await?;
                if one_time_secrets::is_out(tx, secret.purpose, &secret.subject, now).await? {
                    return Ok(());
                }
                queue(tx, &request, now).await
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
                for change in &link.changes {
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

/// Queues the mail, and with it makes its link the newest. Beyond the limit of its address neither:
/// the link that was mailed last stays good.
async fn queue(tx: &mut Tx, request: &Request, now: Timestamp) -> Result<(), StoreError> {
    if !outbox::insert(tx, &request.mail, now).await? {
        return Ok(());
    }
    match &request.secret {
        Some(secret) => one_time_secrets::insert(tx, secret, now).await,
        None => Ok(()),
    }
}
