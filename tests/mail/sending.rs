//! What a mail server receives, and how its replies are handled.

use super::{GROUPED, TOKEN, deliver_due, email, queue, row, sending_to, state, verification, write_to};
use crate::{
    app::{MailServer, rotated_keys},
    on_both_databases,
};
use claviger::model::MailState;
use serde_json::{Value, json};

on_both_databases! {
    async fn a_mail_arrives_once_as_text_and_html_with_the_right_headers(app) {
        let mut server = MailServer::start().await;
        let app = app.restart(&[("mail.smtp_url", &server.url()), ("server.public_url", "https://auth.example.com")]).await;
        let id = write_to(&app, "ada").await;
        deliver_due(&app).await;
        deliver_due(&app).await;
        let mail = server.next().await;
        assert_eq!(mail["recipients"], json!(["ada@example.com"]));
        assert_eq!(mail["from"], "\"auth.example.com\" <no-reply@auth.example.com>");
        assert_eq!(mail["to"], "ada@example.com");
        assert_eq!(mail["subject"], "48291375 is your code for auth.example.com");
        for part in ["text", "html"] {
            let text = mail[part].as_str().unwrap();
            assert!(text.contains(&format!("https://auth.example.com/verify-email?token={TOKEN}")), "{text}");
            assert!(text.contains(GROUPED), "{text}");
        }
        let headers = &mail["headers"];
        assert_eq!(headers["message-id"], format!("<{id}@auth.example.com>"));
        assert_eq!(headers["auto-submitted"], "auto-generated");
        assert_eq!(headers["content-type"]["value"].as_str().or(headers["content-type"].as_str()), Some("multipart/alternative"));
        assert_eq!(headers["date"], "2027-01-15T08:00:00.000Z");
        assert_eq!(state(&app, id).await, MailState::Sent);
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn the_worker_sends_what_is_queued_and_stops(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        app.services.start_jobs();
        for name in ["ada", "grace", "joan"] {
            write_to(&app, name).await;
            assert_eq!(server.next().await["recipients"], json!([format!("{name}@example.com")]));
        }
        app.services.stop_jobs().await;
        assert_eq!(app.services.mail.counts().await.unwrap().sent, 3, "it wrote down what it did before it stopped");
        assert_eq!(app.count("SELECT count(*) FROM leases").await, 0, "the next node need not wait");
    }

    async fn a_temporary_refusal_is_retried_after_growing_delays(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "later-ada").await;
        deliver_due(&app).await;
        let waiting = row(&app, id).await;
        assert_eq!((waiting.state, waiting.tries), (MailState::Waiting, 1));
        assert_eq!(waiting.last_error.as_deref(), Some("Rejected temporarily (451): Come back later"));
        app.pass(9);
        deliver_due(&app).await;
        assert_eq!(row(&app, id).await.tries, 1, "not before its time");
        app.pass(1);
        deliver_due(&app).await;
        assert_eq!(server.next().await["recipients"], json!(["later-ada@example.com"]));
        assert_eq!(state(&app, id).await, MailState::Sent);
    }

    async fn a_mail_that_is_never_accepted_is_given_up_after_two_days(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "busy-ada").await;
        let begin = app.clock.now();
        let mut waits = Vec::new();
        loop {
            deliver_due(&app).await;
            let mail = row(&app, id).await;
            if mail.state == MailState::Failed {
                break;
            }
            let wait = mail.next_try_at.unwrap().since(app.clock.now()).as_secs();
            app.pass(wait);
            waits.push(wait);
        }
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(waits[..5], [10, 30, 120, 600, 1800]);
        assert_eq!(app.clock.now().since(begin).as_secs() / 3600, 47);
    }

    async fn a_permanent_refusal_fails_at_once_and_visibly(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "never-ada").await;
        deliver_due(&app).await;
        let mail = row(&app, id).await;
        assert_eq!((mail.state, mail.tries), (MailState::Failed, 1));
        assert_eq!(mail.last_error.as_deref(), Some("Rejected permanently (550): No such user here"));
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn a_link_quoted_by_the_mail_server_is_not_stored(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "echo-ada").await;
        deliver_due(&app).await;
        let error = row(&app, id).await.last_error.unwrap();
        assert!(error.contains("verify-email?token=•••"), "{error}");
        assert!(!app.dump().await.contains(TOKEN));
    }

    async fn a_mail_with_an_unknown_outcome_is_retried_once_after_an_hour_and_marked(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "vanish-ada").await;
        deliver_due(&app).await;
        assert_eq!(server.next().await["vanished"], "vanish-ada@example.com");
        let waiting = row(&app, id).await;
        assert_eq!((waiting.state, waiting.tries), (MailState::Waiting, 1));
        assert!(waiting.last_error.unwrap().contains("it may have been delivered"));
        app.pass(3599);
        deliver_due(&app).await;
        assert_eq!(row(&app, id).await.tries, 1, "not before its time");
        app.pass(1);
        deliver_due(&app).await;
        assert_eq!(server.next().await["recipients"], json!(["vanish-ada@example.com"]));
        let sent = row(&app, id).await;
        assert_eq!(sent.state, MailState::Sent);
        assert_eq!(sent.last_error.as_deref(), Some("The email may have been delivered twice"));
        app.pass(30 * 24 * 3600);
        deliver_due(&app).await;
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn a_mail_with_an_unknown_outcome_twice_is_given_up(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "void-ada").await;
        for _ in 0..5 {
            deliver_due(&app).await;
            app.pass(24 * 3600);
        }
        for _ in 0..2 {
            assert_eq!(server.next().await["vanished"], "void-ada@example.com");
        }
        let failed = row(&app, id).await;
        assert_eq!((failed.state, failed.tries), (MailState::Failed, 2));
        assert!(failed.last_error.unwrap().contains("may have been delivered twice"));
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn a_connection_that_breaks_during_a_mail_delays_it_and_it_arrives_once(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "drop-ada").await;
        deliver_due(&app).await;
        assert_eq!(server.next().await["dropped"], "drop-ada@example.com");
        let waiting = row(&app, id).await;
        assert_eq!((waiting.state, waiting.tries), (MailState::Waiting, 1));
        app.pass(3600);
        deliver_due(&app).await;
        assert_eq!(server.next().await["recipients"], json!(["drop-ada@example.com"]));
        assert_eq!(server.down().await, Vec::<Value>::new());
    }

    async fn a_server_that_hangs_on_one_mail_delays_no_other(app) {
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        app.services.start_jobs();
        let stuck = write_to(&app, "hang-ada").await;
        assert_eq!(server.next().await["hanging"], "hang-ada@example.com");
        for number in 0..8 {
            write_to(&app, &format!("user{number}")).await;
            assert_eq!(server.next().await["recipients"], json!([format!("user{number}@example.com")]));
        }
        assert_eq!(row(&app, stuck).await.last_error, None, "it is still under way");
        app.services.stop_jobs().await;
        let waiting = row(&app, stuck).await;
        assert!(waiting.last_error.unwrap().starts_with("The email server stopped responding. "));
        assert_eq!((waiting.state, waiting.tries), (MailState::Waiting, 1));
    }

    async fn waiting_mails_are_sent_after_a_restart(app) {
        let id = write_to(&app, "ada").await;
        let mut server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        deliver_due(&app).await;
        assert_eq!(server.next().await["recipients"], json!(["ada@example.com"]));
        assert_eq!(state(&app, id).await, MailState::Sent);
    }

    async fn mails_sealed_with_the_previous_secret_are_sent_and_with_an_unknown_one_fail_visibly(app) {
        let mut server = MailServer::start().await;
        let smtp = server.url();
        let smtp = [("mail.smtp_url", smtp.as_str())];
        write_to(&app, "ada").await;
        let rotated = app.restart_with(rotated_keys(), &smtp).await;
        deliver_due(&rotated).await;
        assert_eq!(server.next().await["recipients"], json!(["ada@example.com"]));

        let lost = queue(&rotated, rotated.services.mail.notice(&email("grace"), &verification())).await.unwrap();
        rotated.pass(30);
        let app = app.restart(&smtp).await;
        deliver_due(&app).await;
        let mail = row(&app, lost).await;
        assert_eq!(mail.state, MailState::Failed);
        assert!(mail.last_error.unwrap().contains("the key is no longer configured"));
        assert!(app.services.mail.show(lost, true).await.unwrap().unwrap().content.is_none());
    }
}
