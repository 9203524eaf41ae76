//! Mails: written and sealed with their cause, sent by a worker.

mod letter;

use crate::{
    model::{Email, Timestamp},
    server::{
        clock::Clock,
        randomness::Randomness,
        settings::Settings,
        store::{MailLimit, NewMail},
    },
};
pub use letter::Letter;

/// Writes mails and sends them.
#[derive(Clone)]
pub struct Mailer {
    clock: Clock,
    randomness: Randomness,
    rate: crate::server::settings::Rate,
}

impl Mailer {
    pub(super) fn new(clock: Clock, randomness: Randomness, settings: &Settings) -> Self {
        Self { clock, randomness, rate: settings.limits.mail }
    }

    /// A mail to the owner of an account about what happened to it: always sent.
    pub(super) fn notice(&self, to: &Email, letter: &Letter) -> NewMail {
        self.write(to, letter, None)
    }

    /// A mail that anybody can ask for: one address gets only so many.
    pub(super) fn requested(&self, to: &Email, letter: &Letter) -> NewMail {
        let since = self.clock.now() - self.rate.per;
        let limit = MailLimit { address: to.normalized().to_owned(), at_most: i64::from(self.rate.count), since };
        self.write(to, letter, Some(limit))
    }

    /// Says that a mail was queued.
    pub(super) fn wake(&self) {}

    fn write(&self, to: &Email, letter: &Letter, limit: Option<MailLimit>) -> NewMail {
        let now: Timestamp = self.clock.now();
        let sealed_body = format!("{letter:?}");
        NewMail {
            id: self.randomness.mail_id(now),
            template: "letter",
            recipient: to.as_str().to_owned(),
            sealed_body,
            limit,
        }
    }
}
