//! The worker: sends what is due, one node at a time, off everybody's way.

use super::{Mailer, ServiceError, content::Content, transport::Fault};
use crate::{
    model::Timestamp,
    server::store::{ClaimedMail, Lease, Settled, StoreError},
};
use std::{
    sync::{MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    task::{JoinError, JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

/// How often it looks for mails that are due again, or that another process queued.
const TICK: Duration = Duration::from_secs(1);
/// How many mails are under way at once.
const AT_ONCE: usize = 4;
/// How long a node may go without renewing its lease; it renews in the second half.
const LEASE: Duration = Duration::from_secs(30);
const LEASE_NAME: &str = "outbox";
/// How long a mail waits for its only other try, of which the server did not say whether it took it.
const AFTER_UNSURE: Duration = Duration::from_hours(1);
/// What administrators read of such a mail.
const MAYBE_DELIVERED: &str = "The server did not confirm that it took the mail, so it may have been delivered";
const MAYBE_TWICE: &str = "The mail may have been delivered twice";
/// How long nobody else takes a mail. Longer than sending can take, and than a lease.
pub(super) const CLAIM: Duration = Duration::from_mins(2);
/// How long a mail under way may take at the end.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long a mail waits after each try that was its own failure: two days in all.
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

/// The running worker. It stops when this is dropped.
pub struct MailWorker {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl MailWorker {
    /// Lets mails under way come to their end, within 10 s.
    pub async fn stop(self) {
        drop(self.stop);
        let abort = self.task.abort_handle();
        if timeout(FAREWELL, self.task).await.is_err() {
            abort.abort();
        }
    }
}

impl Mailer {
    /// Starts sending.
    pub fn start(&self) -> MailWorker {
        let (stop, stopped) = oneshot::channel();
        MailWorker { stop, task: tokio::spawn(self.clone().work(stopped)) }
    }

    /// Sends everything that is due now, and answers when nothing is under way.
    pub async fn deliver_due(&self) -> Result<(), ServiceError> {
        let mut flights = JoinSet::new();
        loop {
            self.fill(&mut flights).await?;
            match flights.join_next().await {
                Some(landed) => self.landed(&landed),
                None => return Ok(()),
            }
        }
    }

    async fn work(self, mut stopped: oneshot::Receiver<()>) {
        let mut flights = JoinSet::new();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Err(error) = self.fill(&mut flights).await {
                tracing::warn!(cause = ?error, "mails wait for the database");
            }
            tokio::select! {
                _ = &mut stopped => break,
                () = self.post.queued.notified() => {}
                _ = ticks.tick() => {}
                Some(landed) = flights.join_next() => self.landed(&landed),
            }
        }
        while flights.join_next().await.is_some() {}
        // Another node goes on at once; if this fails, when the lease is over.
        let _ = self.db.drop_lease(LEASE_NAME, self.post.node.clone()).await;
    }

    /// Sends off mails that are due, the one that waited longest first, while there is room.
    async fn fill(&self, flights: &mut JoinSet<()>) -> Result<(), StoreError> {
        while flights.len() < AT_ONCE {
            let now = self.clock.now();
            if !self.db.has_due_mail(now).await? || !self.holds_lease(now).await? || !self.breaker().admits(now) {
                return Ok(());
            }
            match self.db.claim_mail(now + CLAIM, now).await {
                Ok(Some(mail)) => {
                    let mailer = self.clone();
                    flights.spawn(async move { mailer.deliver(mail).await });
                }
                nothing => {
                    self.breaker().untried();
                    return nothing.map(drop);
                }
            }
        }
        Ok(())
    }

    fn landed(&self, landed: &Result<(), JoinError>) {
        if landed.is_err() {
            self.breaker().untried();
            tracing::error!("sending a mail broke off; it is tried again when its claim is over");
        }
    }

    async fn holds_lease(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut held_until = self.post.held_until.lock().await;
        if held_until.is_some_and(|until| now + LEASE / 2 < until) {
            return Ok(true);
        }
        let until = now + LEASE;
        let lease = Lease { name: LEASE_NAME, holder: self.post.node.clone(), until };
        let is_held = self.db.take_lease(lease, now).await?;
        *held_until = is_held.then_some(until);
        Ok(is_held)
    }

    /// Sends one mail and writes how it went.
    ///
    /// What the server has taken is written as sent however long the database needs. A crash in
    /// between, a database that is away for longer than the claim, or a server that takes the mail and
    /// says so too late, may repeat that mail, with the same message id; all else is sent exactly once.
    async fn deliver(&self, mail: ClaimedMail) {
        let settled = self.attempt(&mail).await;
        while let Err(error) = self.db.settle_mail(mail.id, mail.until, settled.clone(), self.clock.now()).await {
            tracing::warn!(cause = ?error, "the database does not take how a mail went; trying again");
            sleep(TICK).await;
        }
    }

    async fn attempt(&self, mail: &ClaimedMail) -> Settled {
        let Some(content) = self.open(mail.id, &mail.sealed_body) else {
            return self.hopeless("The content can't be opened: it was sealed with a secret that is gone");
        };
        let Some(message) = self.post.letterhead.message(mail.id, &mail.recipient, &content, mail.created_at) else {
            return self.hopeless("Nobody can be written to at this address");
        };
        let sent = self.post.transport.send(mail.id, mail.created_at, &message).await;
        self.note(&sent);
        settle(mail, &content, sent, self.clock.now())
    }

    fn hopeless(&self, error: &str) -> Settled {
        self.breaker().untried();
        Settled::Failed { error: error.to_owned() }
    }

    /// Tells the breaker whether the server was there.
    fn note(&self, sent: &Result<(), Fault>) {
        let mut breaker = self.breaker();
        let was_open = breaker.is_open();
        match sent {
            Err(Fault::Unreachable(_)) => breaker.unreachable(self.clock.now()),
            _ => breaker.reached(),
        }
        match (was_open, breaker.is_open()) {
            (false, true) => tracing::warn!("mails wait: they can't leave; /admin/mail says why"),
            (true, false) => tracing::info!("mails leave again"),
            _ => {}
        }
    }

    fn breaker(&self) -> MutexGuard<'_, super::breaker::Breaker> {
        self.post.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn settle(mail: &ClaimedMail, content: &Content, sent: Result<(), Fault>, now: Timestamp) -> Settled {
    let tries = usize::try_from(mail.tries).unwrap_or(usize::MAX);
    match (sent, DELAYS.get(tries)) {
        (Ok(()), _) => Settled::Sent { note: (mail.unsure > 0).then(|| MAYBE_TWICE.to_owned()) },
        (Err(Fault::Unreachable(error)), _) => Settled::PutBack { error, at: now },
        (Err(Fault::Unsure(error)), _) if mail.unsure == 0 => {
            Settled::Unsure { error: format!("{error}. {MAYBE_DELIVERED}"), at: now + AFTER_UNSURE }
        }
        (Err(Fault::Unsure(error)), _) => Settled::Failed { error: format!("{error} again. {MAYBE_TWICE}") },
        (Err(Fault::NotNow(error)), Some(delay)) => Settled::Retried { error: content.hide(&error), at: now + *delay },
        (Err(Fault::NotNow(error) | Fault::Never(error)), _) => Settled::Failed { error: content.hide(&error) },
    }
}
