//! Lists mails page by page.

use super::{Mailer, Preview, ServiceError};
use crate::{
    model::{MailId, MailLine, MailState, MailText, Mails},
    server::domain::OutboxMessage,
};

/// How many mails a page shows.
const PART: usize = 25;
/// One more than a page, which tells whether there are more.
const MOST: i64 = 26;

/// Which page of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Newest,
    OlderThan(MailId),
    NewerThan(MailId),
}

impl Mailer {
    /// Returns a page of mails and the ids that lead to the adjacent pages; only mails in `state` if given.
    pub async fn part(&self, state: Option<MailState>, part: Part) -> Result<Mails, ServiceError> {
        let (rows, newer, older) = match part {
            Part::Newest => self.older_than(state, None).await?,
            Part::OlderThan(id) => self.older_than(state, Some(id)).await?,
            Part::NewerThan(id) => self.newer_than(state, id).await?,
        };
        let counts = self.counts().await?;
        Ok(Mails {
            rows: rows.into_iter().map(line).collect(),
            counts: vec![
                (MailState::Waiting, counts.waiting),
                (MailState::Sent, counts.sent),
                (MailState::Failed, counts.failed),
            ],
            newer,
            older,
            folder: self.outgoing.transport.folder().map(|folder| folder.display().to_string()),
            now: self.clock.now(),
        })
    }

    async fn older_than(&self, state: Option<MailState>, before: Option<MailId>) -> Result<Found, ServiceError> {
        let mut rows = self.list(state, before, MOST).await?;
        let has_older = rows.len() > PART;
        rows.truncate(PART);
        let newer = before.and_then(|_| id_of(rows.first()));
        let older = id_of(rows.last()).filter(|_| has_older);
        Ok((rows, newer, older))
    }

    async fn newer_than(&self, state: Option<MailState>, after: MailId) -> Result<Found, ServiceError> {
        let mut rows = self.db.list_newer_mails(state, after, MOST).await?;
        // The first page is always full, even when reached backward.
        if rows.len() <= PART {
            return self.older_than(state, None).await;
        }
        rows.truncate(PART);
        rows.reverse();
        let (newer, older) = (id_of(rows.first()), id_of(rows.last()));
        Ok((rows, newer, older))
    }
}

type Found = (Vec<OutboxMessage>, Option<String>, Option<String>);

impl Preview {
    /// Converts the preview for the page; no text if the content is gone.
    pub fn into_text(self) -> (MailLine, Option<MailText>) {
        let hides_secrets = self.hides_secrets;
        let text = self.content.map(|content| MailText { subject: content.subject, text: content.text, hides_secrets });
        (line(self.mail), text)
    }
}

fn id_of(row: Option<&OutboxMessage>) -> Option<String> {
    row.map(|row| row.id.to_string())
}

fn line(message: OutboxMessage) -> MailLine {
    let OutboxMessage { id, kind, recipient, state, tries, next_try_at, last_error, created_at, sent_at } = message;
    MailLine {
        id: id.to_string(),
        kind,
        recipient,
        state,
        queued_at: created_at,
        sent_at,
        tries,
        next_try_at,
        last_error,
    }
}
