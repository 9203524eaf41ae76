//! Delivers queued mails in the background. One node at a time takes new ones.

use super::{Mailer, ServiceError, content::Content, transport::Fault};
use crate::{
    model::Timestamp,
    server::store::{ClaimedMail, DeliveryResult, StoreError},
};
use futures::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};

/// The pause before the result of a delivery is written again.
const RECORD_AGAIN: Duration = Duration::from_secs(1);
/// How many mails are delivered at once.
pub(super) const AT_ONCE: usize = 4;
/// How long a mail that the server did not confirm waits for its only retry.
const AFTER_UNSURE: Duration = Duration::from_hours(1);
/// What administrators read about an unconfirmed mail.
const MAYBE_DELIVERED: &str = "The server did not confirm that it accepted the email, so it may have been delivered";
const MAYBE_TWICE: &str = "The email may have been delivered twice";
/// How long a mail is claimed. Longer than a delivery can take, and than a lease.
pub(super) const CLAIM: Duration = Duration::from_mins(2);
/// How far past its proper time a deadline may be before it is brought back.
const CLOCK_SLACK: Duration = Duration::from_mins(5);
/// How long shutdown waits for deliveries in progress.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
/// How long a mail waits after each attempt that failed because of the mail itself: two days in all.
const DELAYS: [Duration; 13] = [
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(8),
    Duration::from_hours(8),
    Duration::from_hours(8),
    Duration::from_hours(8),
    Duration::from_hours(8),
];

impl Mailer {
    /// Notified when a mail is queued, and when a delivery ends.
    pub(in crate::server::services) fn queued(&self) -> &Notify {
        &self.outgoing.queued
    }

    /// Starts the delivery of due mails, the longest waiting first, while permits are free.
    pub(in crate::server::services) async fn send_due(&self) -> Result<(), ServiceError> {
        while let Ok(room) = Arc::clone(&self.outgoing.room).try_acquire_owned()
            && let Some(mail) = self.claim_due().await?
        {
            let mailer = self.clone();
            self.outgoing.flights.spawn(async move {
                mailer.deliver_or_log(mail).await;
                drop(room);
                mailer.outgoing.queued.notify_one();
            });
        }
        Ok(())
    }

    /// Brings back deadlines that a wrong clock set too far ahead: no mail waits longer than its full delay
    /// from now. The slack allows for small clock differences, because a mail whose claim is shortened may be
    /// sent twice.
    pub async fn clamp_deadlines(&self) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let waits = std::iter::once(CLAIM).chain(DELAYS.iter().map(|delay| AFTER_UNSURE.max(*delay)));
        let latest = waits.map(|wait| now + wait).collect();
        Ok(self.db.clamp_mail_deadlines(latest, CLOCK_SLACK).await?)
    }

    /// Lets deliveries in progress finish, within 10 s.
    pub(in crate::server::services) async fn finish(&self) {
        self.outgoing.flights.close();
        if timeout(SHUTDOWN_GRACE, self.outgoing.flights.wait()).await.is_err() {
            tracing::warn!("some emails were not finished in time; another node continues with them");
        }
    }

    /// Delivers all mails that are due now, and returns when none is in progress.
    pub async fn deliver_due(&self) -> Result<(), ServiceError> {
        let mut flights = JoinSet::new();
        loop {
            while flights.len() < AT_ONCE
                && let Some(mail) = self.claim_due().await?
            {
                let mailer = self.clone();
                flights.spawn(async move { mailer.deliver_or_log(mail).await });
            }
            if flights.join_next().await.is_none() {
                return Ok(());
            }
        }
    }

    /// Claims a due mail, if the breaker admits it.
    async fn claim_due(&self) -> Result<Option<ClaimedMail>, StoreError> {
        let now = self.clock.now();
        if !self.db.has_due_mail(now).await? || !self.breaker().admits(self.clock.elapsed()) {
            return Ok(None);
        }
        let claimed = self.db.claim_mail(now + CLAIM, now).await;
        if !matches!(claimed, Ok(Some(_))) {
            self.breaker().untried();
        }
        claimed
    }

    async fn deliver_or_log(&self, mail: ClaimedMail) {
        if AssertUnwindSafe(self.deliver(mail)).catch_unwind().await.is_err() {
            self.breaker().untried();
            tracing::error!("sending an email was interrupted; retrying when its claim expires");
        }
    }

    /// Delivers one mail and records the result.
    ///
    /// An accepted mail is recorded as sent, however long the database takes. A mail may be repeated, with
    /// the same message id, after a crash in between, if the database is away for longer than the claim, or
    /// if the server accepts it too late. All other mails are sent exactly once.
    async fn deliver(&self, mail: ClaimedMail) {
        let settled = self.attempt(&mail).await;
        while let Err(error) = self.db.record_delivery(mail.id, mail.until, settled.clone(), self.clock.now()).await {
            tracing::warn!(cause = ?error, "can't record the result of a delivery; retrying");
            sleep(RECORD_AGAIN).await;
        }
    }

    async fn attempt(&self, mail: &ClaimedMail) -> DeliveryResult {
        let Some(content) = self.open(mail.id, &mail.sealed_body) else {
            return self.hopeless("Can’t decrypt the content: the key is no longer configured");
        };
        let Some(message) = self.outgoing.envelope.message(mail.id, &mail.recipient, &content, mail.created_at) else {
            return self.hopeless("Invalid recipient address");
        };
        let sent = self.outgoing.transport.send(mail.id, mail.created_at, &message).await;
        self.note(&sent);
        delivery_result(mail, &content, sent, self.clock.now())
    }

    fn hopeless(&self, error: &str) -> DeliveryResult {
        self.breaker().untried();
        DeliveryResult::Failed { error: error.to_owned() }
    }

    /// Reports to the breaker whether the server was reached.
    fn note(&self, sent: &Result<(), Fault>) {
        let mut breaker = self.breaker();
        let was_open = breaker.is_open();
        match sent {
            Err(Fault::Unreachable(_)) => breaker.unreachable(self.clock.elapsed()),
            _ => breaker.reached(),
        }
        match (was_open, breaker.is_open()) {
            (false, true) => tracing::warn!("email delivery is failing, see /admin/mail"),
            (true, false) => tracing::info!("email delivery recovered"),
            _ => {}
        }
    }

    fn breaker(&self) -> MutexGuard<'_, super::breaker::Breaker> {
        self.outgoing.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn delivery_result(mail: &ClaimedMail, content: &Content, sent: Result<(), Fault>, now: Timestamp) -> DeliveryResult {
    let tries = usize::try_from(mail.tries).unwrap_or(usize::MAX);
    match (sent, DELAYS.get(tries)) {
        (Ok(()), _) => DeliveryResult::Sent { note: (mail.unsure > 0).then(|| MAYBE_TWICE.to_owned()) },
        (Err(Fault::Unreachable(error)), _) => DeliveryResult::PutBack { error, at: now },
        (Err(Fault::Unsure(error)), _) if mail.unsure == 0 => {
            DeliveryResult::Unsure { error: format!("{error}. {MAYBE_DELIVERED}"), at: now + AFTER_UNSURE }
        }
        (Err(Fault::Unsure(error)), _) => DeliveryResult::Failed { error: format!("{error} again. {MAYBE_TWICE}") },
        (Err(Fault::NotNow(error)), Some(delay)) => {
            DeliveryResult::Retried { error: content.hide(&error), at: now + *delay }
        }
        (Err(Fault::NotNow(error) | Fault::Never(error)), _) => DeliveryResult::Failed { error: content.hide(&error) },
    }
}
