//! What `mail.smtp_url` guarantees about encryption and passwords.

use super::{deliver_due, row, write_to};
use crate::{
    app::{Database, MailServer, TestApp, run_test},
    on_both_databases,
};
use claviger::model::MailState;
use serde_json::{Value, json};

async fn sending_by(app: &TestApp, server: &MailServer, user: &str, query: &str) -> TestApp {
    app.restart(&[("mail.smtp_url", &format!("smtp://{user}127.0.0.1:{}{query}", server.port))]).await
}

on_both_databases! {
    async fn a_wrong_password_loses_no_mail_and_is_not_revealed(app) {
        let mut server = MailServer::with(json!({ "auth": { "user": "claviger", "password": "h@sh" } })).await;
        let wrong = sending_by(&app, &server, "claviger:hvsh@", "").await;
        let id = write_to(&wrong, "ada").await;
        deliver_due(&wrong).await;
        let mail = row(&wrong, id).await;
        assert_eq!((mail.state, mail.tries), (MailState::Waiting, 0));
        let error = mail.last_error.unwrap();
        assert_eq!(error, "SMTP authentication or connection refused (535)");

        wrong.pass(30);
        let right = sending_by(&app, &server, "claviger:h%40sh@", "").await;
        deliver_due(&right).await;
        let mail = server.next().await;
        assert_eq!((&mail["user"], &mail["secure"]), (&json!("claviger"), &json!(false)));
    }
}

async fn assert_waits(options: Value, query: &'static str, expected: &'static str) {
    run_test(Database::sqlite(), async move |app: TestApp| {
        let server = MailServer::with(options).await;
        let app = sending_by(&app, &server, "", query).await;
        let id = write_to(&app, "ada").await;
        deliver_due(&app).await;
        let mail = row(&app, id).await;
        assert_eq!((mail.state, mail.tries, mail.last_error.as_deref()), (MailState::Waiting, 0, Some(expected)));
        assert_eq!(server.down().await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_starttls_required_nothing_is_sent_in_the_clear() {
    assert_waits(json!({}), "?tls=required", "The email server doesn’t offer STARTTLS or AUTH").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_certificate_is_refused() {
    assert_waits(json!({ "starttls": true }), "?tls=required", "Certificate of the email server not trusted").await;
    assert_waits(json!({ "starttls": true }), "?tls=opportunistic", "Certificate of the email server not trusted")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opportunistic_tls_sends_even_where_tls_is_not_offered() {
    run_test(Database::sqlite(), async |app: TestApp| {
        let mut server = MailServer::start().await;
        let app = sending_by(&app, &server, "", "?tls=opportunistic").await;
        write_to(&app, "ada").await;
        deliver_due(&app).await;
        assert_eq!(server.next().await["secure"], false);
    })
    .await;
}
