//! Registration of accounts, and what happens to one until its address is confirmed.

use super::{
    Db, NewUser, Proof, Request, StoreError,
    accounts::{Older, Recipient, queue},
    audit,
    db::{Tx, execute, on_tx},
    one_time_secrets,
    sessions_of_user::EndedSession,
    unconfirmed, user_changes, user_words, users,
};
use crate::{
    model::{DisplayName, Email, Timestamp, UserId, Username},
    server::domain::{Actor, AuditEvent, SecretPurpose, UserChange},
};
use std::time::Duration;

/// How an address that already has an account was registered again.
#[derive(Debug)]
pub enum Repeated {
    /// The address is confirmed: its owner gets a mail.
    Confirmed,
    /// The address is not confirmed, and the password is the same: nothing changes, and all links stay valid.
    SamePassword,
    /// The address is not confirmed, and the password differs: the account's password becomes void, and these
    /// names apply when the address is confirmed.
    OtherPassword { name: DisplayName, username: Option<Username> },
}

impl Db {
    /// Creates a user who registered, with a mail that confirms the address. If the address is invited, the
    /// password is void from the start: only the mailbox tells who was invited.
    pub async fn register(
        &self,
        user: NewUser,
        mut request: Request,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(&one_time_secrets::invitation_lock(&user.email)).await?;
                users::insert(tx, &user, now).await?;
                unconfirmed::mark(tx, user.id, now).await?;
                audit::insert(tx, &event).await?;
                if one_time_secrets::is_invited(tx, user.email.normalized(), now).await? {
                    let epoch = void_password(tx, user.id, now).await?;
                    request.bind_to(epoch);
                }
                queue(tx, &request, Recipient::Owner, Older::Dead, now).await
            })
        })
        .await
    }

    /// Handles another registration of this account's address. The steps that protect the account are done even
    /// if the mail is beyond its budget.
    pub async fn register_again(
        &self,
        user: UserId,
        repeated: Repeated,
        mut request: Request,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                audit::insert(tx, &event).await?;
                let (recipient, older) = match &repeated {
                    Repeated::Confirmed => (Recipient::Owner, Older::Dead),
                    Repeated::SamePassword => (Recipient::Owner, Older::Good),
                    Repeated::OtherPassword { name, username } => {
                        let is_unconfirmed = keep_names(tx, user, name, username.as_ref(), now).await?;
                        if is_unconfirmed {
                            let epoch = void_password(tx, user, now).await?;
                            request.bind_to(epoch);
                        }
                        // Confirmed at this very moment: nothing is left to do.
                        (if is_unconfirmed { Recipient::Owner } else { Recipient::NoOne }, Older::Dead)
                    }
                };
                queue(tx, &request, recipient, older, now).await
            })
        })
        .await
    }

    /// Creates the user of an invitation. The mail reached the address, which confirms it. An unconfirmed
    /// account that someone else registered with the address becomes this user's.
    ///
    /// Returns the user, the epoch of their password, and the sessions that ended; `Missing` if the invitation does not work, `Taken` if the address is confirmed.
    ///
    /// `longest` is the longest lifetime of an access token under the current settings.
    pub async fn accept_invitation(
        &self,
        user: NewUser,
        digest: String,
        event: AuditEvent,
        longest: Duration,
        now: Timestamp,
    ) -> Result<(UserId, i64, Vec<EndedSession>), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let invitation =
                    one_time_secrets::consume(tx, SecretPurpose::Invite, &Proof::Token(digest), now).await?;
                invitation.filter(|secret| secret.subject == user.email.normalized()).ok_or(StoreError::Missing)?;
                let Some(id) = find_unconfirmed(tx, &user.email).await? else {
                    users::insert(tx, &user, now).await?;
                    audit::insert(tx, &event).await?;
                    return Ok((user.id, epoch_in(tx, user.id).await?, Vec::new()));
                };
                let event = AuditEvent { actor: Actor::User(id), subject: Some(id), ..event };
                let ended = take_over(tx, id, &user, &event, longest, now).await?;
                audit::insert(tx, &event).await?;
                Ok((id, epoch_in(tx, id).await?, ended))
            })
        })
        .await
    }
}

/// Keeps the names of another registration until the address is confirmed. Returns whether it is unconfirmed.
async fn keep_names(
    tx: &mut Tx,
    user: UserId,
    name: &DisplayName,
    username: Option<&Username>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "
        UPDATE users
        SET pending_name = $2, pending_username = $3, updated_at = $4
        WHERE id = $1 AND email_verified_at IS NULL";
    Ok(execute!(tx, sql, user, name.as_str(), username.map(Username::as_str), now)? > 0)
}

/// Voids the password of an unconfirmed account and the links that would confirm it: it is unknown who chose it,
/// and only the owner of the mailbox can set another. Returns the epoch for new links.
async fn void_password(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<i64, StoreError> {
    let sql = "UPDATE passwords SET hash = '', epoch = epoch + 1, changed_at = $2 WHERE user_id = $1 AND hash <> ''";
    let is_void_now = execute!(tx, sql, user, now)? > 0;
    let epoch = epoch_in(tx, user).await?;
    if is_void_now {
        // Links that set a password stay valid: the holder of one has the mailbox, and this may be the last one
        // within the mail budget.
        let sql = "
            UPDATE one_time_secrets
            SET epoch = $2
            WHERE purpose = $3 AND subject = $1 AND epoch = $2 - 1 AND used_at IS NULL";
        execute!(tx, sql, user, epoch, SecretPurpose::ResetPassword)?;
    }
    Ok(epoch)
}

/// Returns the epoch of the user's password; 0 without one.
pub(super) async fn epoch_in(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    let sql = "SELECT epoch FROM passwords WHERE user_id = $1";
    let epoch: Option<i64> = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(user).fetch_optional(conn))?;
    Ok(epoch.unwrap_or(0))
}

/// Voids the password of the account with this address, if the address is unconfirmed. Returns the epoch for new
/// links, or `None`.
pub(super) async fn void_unconfirmed(tx: &mut Tx, email: &Email, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let Some(user) = find_unconfirmed(tx, email).await? else { return Ok(None) };
    void_password(tx, user, now).await.map(Some)
}

/// Applies the names of the last registration, now that the address is confirmed. Leaves out a username that
/// another user has taken meanwhile.
pub(super) async fn take_pending_names(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let sql = "SELECT pending_name, pending_username FROM users WHERE id = $1 AND pending_name IS NOT NULL";
    let pending: Option<(String, Option<String>)> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(user).fetch_optional(conn))?;
    let Some((name, username)) = pending else { return Ok(()) };
    let (name, mut username) = (DisplayName::stored(name), username.map(Username::stored));
    if let Some(wanted) = &username {
        let sql = "SELECT count(*) FROM users WHERE username_normalized = $1 AND id <> $2";
        let others: i64 =
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(wanted.normalized()).bind(user).fetch_one(conn))?;
        username = username.filter(|_| others == 0);
    }
    write_names(tx, user, &name, username.as_ref()).await
}

async fn write_names(
    tx: &mut Tx,
    user: UserId,
    name: &DisplayName,
    username: Option<&Username>,
) -> Result<(), StoreError> {
    let sql = "
        UPDATE users
        SET name = $2, name_normalized = $3, username = $4, username_normalized = $5,
            pending_name = NULL, pending_username = NULL
        WHERE id = $1";
    let (typed, normalized) = (username.map(Username::as_str), username.map(Username::normalized));
    execute!(tx, sql, user, name.as_str(), name.normalized(), typed, normalized)?;
    user_words::replace(tx, user).await
}

/// Returns the account with this address if it is unconfirmed, and locks its row until the transaction ends.
async fn find_unconfirmed(tx: &mut Tx, email: &Email) -> Result<Option<UserId>, StoreError> {
    let sql = "
        UPDATE users
        SET updated_at = updated_at
        WHERE email_normalized = $1 AND email_verified_at IS NULL
        RETURNING id";
    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(email.normalized()).fetch_optional(conn))
}

/// Hands an unconfirmed account over to the owner of its address.
async fn take_over(
    tx: &mut Tx,
    id: UserId,
    user: &NewUser,
    event: &AuditEvent,
    longest: Duration,
    now: Timestamp,
) -> Result<Vec<EndedSession>, StoreError> {
    let hash = user.password_hash.clone().ok_or(StoreError::Missing)?;
    write_names(tx, id, &user.name, user.username.as_ref()).await?;
    let mut ended = Vec::new();
    for change in [UserChange::PasswordHash { hash, epoch: None }, UserChange::Email(user.email.clone())] {
        ended.extend(user_changes::apply(tx, id, &change, event, longest, now).await?);
    }
    Ok(ended)
}
