//! Mail: queues sealed mails in the transaction of their cause, and delivers them in the background.

mod breaker;
mod budget;
mod content;
mod files;
mod list;
mod message;
mod outbox;
mod site;
mod smtp;
mod template;
mod text;
mod transport;
mod worker;

use super::{
    ServiceError,
    tokens::{Keyring, Sealed},
};
use crate::{
    model::{Email, MailId},
    server::{
        clock::Clock,
        randomness::Randomness,
        settings::{Rate, Settings},
        store::{Db, MailLimit, NewMail},
    },
};
use breaker::Breaker;
pub use budget::MailBudget;
use content::Content;
pub(super) use files::Files;
pub use list::Part;
use message::Envelope;
pub use outbox::{MailContent, MailCounts, Preview, ResendError};
use site::Site;
use std::sync::{Arc, Mutex};
pub use template::MailTemplate;
use tokio::sync::{Notify, Semaphore};
use tokio_util::task::TaskTracker;
use transport::Transport;

/// Creates and delivers mails.
#[derive(Clone)]
pub struct Mailer {
    db: Db,
    keys: Keyring,
    clock: Clock,
    randomness: Randomness,
    rate: Rate,
    outgoing: Arc<Outgoing>,
}

/// What this node delivers mails with.
struct Outgoing {
    site: Site,
    envelope: Envelope,
    transport: Transport,
    breaker: Mutex<Breaker>,
    queued: Notify,
    /// Permits for concurrent deliveries, and the deliveries in progress.
    room: Arc<Semaphore>,
    flights: TaskTracker,
}

impl Mailer {
    pub(super) fn new(
        db: Db,
        keys: Keyring,
        clock: Clock,
        randomness: Randomness,
        settings: &Settings,
    ) -> Result<Self, ServiceError> {
        let unfit = ServiceError::Settings("mail.smtp_url or mail.from can't be used");
        let envelope = Envelope::new(settings);
        let transport = envelope.as_ref().and_then(|envelope| Transport::new(settings, &envelope.domain));
        let (Some(envelope), Some(transport)) = (envelope, transport) else { return Err(unfit) };
        let outgoing = Outgoing {
            site: Site::of(settings),
            envelope,
            transport,
            breaker: Mutex::new(Breaker::Closed { failures: 0 }),
            queued: Notify::new(),
            room: Arc::new(Semaphore::new(worker::AT_ONCE)),
            flights: TaskTracker::new(),
        };
        Ok(Self { db, keys, clock, randomness, rate: settings.limits.mail, outgoing: Arc::new(outgoing) })
    }

    /// Creates a mail that no stranger can request, such as an account notice. It is always sent.
    pub fn notice(&self, to: &Email, template: &MailTemplate) -> NewMail {
        self.write(to, template, None)
    }

    /// Creates a mail that strangers can request, limited by a budget per purpose.
    pub fn requested(&self, to: &Email, template: &MailTemplate, budget: MailBudget<'_>) -> NewMail {
        let purpose = template.purpose();
        let budget = match budget {
            MailBudget::Mailbox => format!("{purpose} mailbox {}", to.mailbox()),
            MailBudget::Address => format!("{purpose} address {}", to.normalized()),
            MailBudget::Device(device) => format!("{purpose} device {device}"),
        };
        let since = self.clock.now() - purpose.window(self.rate.per);
        self.write(to, template, Some(MailLimit { budget, at_most: i64::from(self.rate.count), since }))
    }

    /// Notifies the worker of a queued mail.
    pub fn wake(&self) {
        self.outgoing.queued.notify_one();
    }

    fn write(&self, to: &Email, template: &MailTemplate, limit: Option<MailLimit>) -> NewMail {
        let id = self.randomness.mail_id(self.clock.now());
        let content = Content::of(template, &self.outgoing.site);
        // Strings and lists of strings always serialize.
        let content = serde_json::to_vec(&content).unwrap_or_default();
        let sealed_body = self.keys.seal(Sealed::Mail, &id.to_string(), &content, &self.randomness);
        NewMail { id, kind: template.kind(), recipient: to.as_str().to_owned(), sealed_body, limit }
    }

    fn open(&self, id: MailId, sealed_body: &str) -> Option<Content> {
        let content = self.keys.open(Sealed::Mail, &id.to_string(), sealed_body)?;
        serde_json::from_slice(&content).ok()
    }
}
