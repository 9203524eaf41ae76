//! Mails, through a real mail server and to real files.

mod addresses;
mod branding;
mod checkpoints;
mod files;
mod limits;
mod nodes;
mod outage;
mod resending;
mod secrets;
mod sending;
mod settings;

use crate::app::{MailServer, TestApp};
use claviger::{
    model::{Email, MailId, MailState},
    server::{domain::OutboxMessage, services::MailTemplate, store::NewMail},
};

/// The token in the link of `verification`.
const TOKEN: &str = "Ahq5v0nXIUk2o-8yZ1TtW7";
/// The code of `verification`.
const CODE: &str = "48291375";
/// The code as its recipient reads it.
const GROUPED: &str = "4829 1375";

fn verification() -> MailTemplate {
    MailTemplate::VerifyEmail {
        link: format!("https://auth.example.com/verify-email?token={TOKEN}"),
        code: CODE.into(),
    }
}

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

async fn queue(app: &TestApp, mail: NewMail) -> Option<MailId> {
    let id = mail.id;
    let is_queued = app.db.insert_mail(mail, app.clock.now()).await.unwrap();
    app.services.mail.wake();
    is_queued.then_some(id)
}

/// Queues a verification mail for `<name>@example.com`.
async fn write_to(app: &TestApp, name: &str) -> MailId {
    queue(app, app.services.mail.notice(&email(name), &verification())).await.unwrap()
}

/// Restarts the app with this mail server.
async fn sending_to(app: &TestApp, server: &MailServer) -> TestApp {
    app.restart(&[("mail.smtp_url", &server.url())]).await
}

async fn deliver_due(app: &TestApp) {
    app.services.mail.deliver_due().await.unwrap();
}

async fn row(app: &TestApp, id: MailId) -> OutboxMessage {
    app.services.mail.show(id, true).await.unwrap().unwrap().mail
}

async fn state(app: &TestApp, id: MailId) -> MailState {
    row(app, id).await.state
}
