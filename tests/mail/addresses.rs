//! The recipients of mails.

use super::{deliver_due, email, queue, row, sending_to, verification, write_to};
use crate::{app::MailServer, on_both_databases};
use claviger::{
    model::{Email, MailState},
    server::services::MailBudget,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn no_address_brings_in_another_header_or_recipient(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        for text in ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com%0d%0aBcc:eve@example.com", "ada@example.com,eve@example.com"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        // Writing to the database gets an attacker no further.
        let id = write_to(&app, "ada").await;
        app.run_sql("UPDATE outbox SET recipient = 'ada@example.com\r\nBcc: eve@example.com'").await;
        deliver_due(&app).await;
        let mail = row(&app, id).await;
        assert_eq!(mail.state, MailState::Failed);
        assert_eq!(mail.last_error.as_deref(), Some("Invalid recipient address"));
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn a_domain_in_any_script_with_an_ascii_local_part_gets_mail(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let to = Email::parse("Ada@bücher.example").unwrap();
        queue(&app, app.services.mail.notice(&to, &verification())).await.unwrap();
        deliver_due(&app).await;
        // In ASCII on the wire, without SMTPUTF8; the test server reports it in its native script.
        assert_eq!(server.next().await["recipients"], json!(["Ada@bücher.example"]));
    }

    async fn each_mail_has_one_recipient(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        queue(&app, app.services.mail.requested(&email("ada"), &verification(), MailBudget::Mailbox)).await.unwrap();
        queue(&app, app.services.mail.requested(&email("grace"), &verification(), MailBudget::Mailbox)).await.unwrap();
        deliver_due(&app).await;
        for _ in 0..2 {
            assert_eq!(server.next().await["recipients"].as_array().unwrap().len(), 1);
        }
    }
}
