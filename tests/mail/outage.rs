//! The mail server is down.

use super::{deliver_due, row, sending_to, write_to};
use crate::{
    app::{MailServer, PATIENCE, TestApp},
    on_both_databases,
};
use claviger::model::MailState;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::net::TcpListener;

const MAILS: usize = 20;

async fn let_an_hour_pass(app: &TestApp) {
    for _ in 0..120 {
        app.pass(30);
        deliver_due(app).await;
    }
}

on_both_databases! {
    async fn after_an_hour_without_a_mail_server_every_mail_arrives_once(app) {
        let server = MailServer::start().await;
        let (port, app) = (server.port, sending_to(&app, &server).await);
        server.down().await;
        let mut waiting = BTreeSet::new();
        for number in 0..MAILS {
            waiting.insert(format!("user{number}@example.com"));
            let id = write_to(&app, &format!("user{number}")).await;
            deliver_due(&app).await;
            assert_eq!(row(&app, id).await.tries, 0, "an outage is no mail's fault");
        }
        let_an_hour_pass(&app).await;
        let counts = app.services.mail.counts().await.unwrap();
        assert_eq!((counts.waiting, counts.sent, counts.failed), (20, 0, 0));
        let mails = app.services.mail.list(Some(MailState::Waiting), None, 100).await.unwrap();
        let failed = mails.iter().filter(|mail| mail.last_error.as_deref() == Some("Can’t reach the email server"));
        assert!(failed.count() >= 3, "the administrator sees why");

        let mut server = MailServer::up_again(port).await;
        app.pass(300);
        deliver_due(&app).await;
        for _ in 0..MAILS {
            let mail = server.next().await;
            assert!(waiting.remove(mail["recipients"][0].as_str().unwrap()), "once: {mail}");
        }
        assert_eq!(waiting, BTreeSet::new());
        assert_eq!(app.services.mail.counts().await.unwrap().sent, 20);
        let_an_hour_pass(&app).await;
        assert_eq!(server.down().await, Vec::<serde_json::Value>::new(), "nothing comes twice");
    }

    async fn a_server_that_is_down_is_tried_rarely(app) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        let hang_up = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        let app = app.restart(&[("mail.smtp_url", &format!("smtp://127.0.0.1:{port}"))]).await;
        for number in 0..MAILS {
            write_to(&app, &format!("user{number}")).await;
        }
        let_an_hour_pass(&app).await;
        // At most four at once, then after 30 s, 1, 2 and 4 minutes, then every 5 minutes.
        let asked = asked.load(Ordering::SeqCst);
        assert!((10..=20).contains(&asked), "{asked}");
        hang_up.abort();
    }

    async fn no_one_waits_for_the_mail_server(app) {
        // The server accepts the connection and says nothing.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let app = app.restart(&[("mail.smtp_url", &url)]).await;
        app.services.start_jobs();
        for number in 0..MAILS {
            write_to(&app, &format!("user{number}")).await;
        }
        let given_up = "SELECT count(*) FROM outbox WHERE last_error IS NOT NULL";
        assert_eq!(app.count(given_up).await, 0, "all were written while the first was still being sent");
        drop(listener);
        tokio::time::timeout(PATIENCE, app.services.stop_jobs()).await.expect("a stop that waits for no server");
    }
}
