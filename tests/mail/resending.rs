//! The list of mails, resending, and what is deleted.

use super::{deliver_due, row, sending_to, state, write_to};
use crate::{app::MailServer, on_both_databases};
use claviger::{
    model::{MailId, MailState, Timestamp},
    server::{
        domain::Actor,
        randomness::Randomness,
        services::{Caller, MailCounts, ResendError},
    },
};
use std::time::Duration;

async fn resend(app: &crate::app::TestApp, id: MailId) -> Result<(), ResendError> {
    app.services.mail.resend(id, Actor::Cli, &Caller::command_line()).await
}

on_both_databases! {
    async fn the_list_is_paged_from_new_to_old_and_filtered_by_state(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let mut ids = Vec::new();
        for name in ["ada", "never-grace", "joan", "later-alan"] {
            ids.insert(0, write_to(&app, name).await);
            app.pass(1);
        }
        deliver_due(&app).await;
        let list = async |state, before, limit| -> Vec<MailId> {
            let mails = app.services.mail.list(state, before, limit).await.unwrap();
            mails.iter().map(|mail| mail.id).collect()
        };
        assert_eq!(list(None, None, 10).await, ids);
        assert_eq!(list(None, None, 2).await, ids[..2]);
        assert_eq!(list(None, Some(ids[1]), 2).await, ids[2..]);
        assert_eq!(list(Some(MailState::Sent), None, 10).await, [ids[1], ids[3]]);
        assert_eq!(list(Some(MailState::Failed), None, 10).await, [ids[2]]);
        let counts = app.services.mail.counts().await.unwrap();
        assert_eq!(counts, MailCounts { waiting: 1, sent: 2, failed: 1 });
    }

    async fn a_failed_mail_can_be_resent_and_the_audit_log_says_by_whom(app) {
        let mut server = MailServer::start().await;
        let sending = sending_to(&app, &server).await;
        let id = write_to(&sending, "ada").await;
        app.run_sql("UPDATE outbox SET state = 'failed', tries = 14, last_error = 'Refused'").await;
        resend(&sending, id).await.unwrap();
        let mail = row(&app, id).await;
        assert_eq!((mail.state, mail.tries, mail.last_error), (MailState::Waiting, 0, None));
        deliver_due(&sending).await;
        assert_eq!(server.next().await["recipients"][0], "ada@example.com");
        let events = "SELECT count(*) FROM audit WHERE action = 'mail.resent' AND actor_kind = 'cli'";
        assert_eq!(app.count(events).await, 1);
    }

    async fn a_waiting_mail_can_be_sent_early_and_one_being_sent_cannot(app) {
        let id = write_to(&app, "ada").await;
        let now = app.clock.now();
        app.db.claim_mail(now + Duration::from_mins(2), now).await.unwrap().unwrap();
        assert!(matches!(resend(&app, id).await, Err(ResendError::Impossible)));
        app.run_sql("UPDATE outbox SET next_try_at = next_try_at + 3600000").await;
        resend(&app, id).await.unwrap();
        deliver_due(&app).await;
        assert_eq!(state(&app, id).await, MailState::Sent);
        let missing = Randomness::system().mail_id(now);
        assert!(matches!(resend(&app, missing).await, Err(ResendError::Impossible)));
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'mail.resent'").await, 1);
    }

    async fn contents_are_kept_a_day_and_mails_thirty_but_waiting_ones_are_never_deleted(app) {
        let sent = write_to(&app, "ada").await;
        deliver_due(&app).await;
        let waiting = write_to(&app, "grace").await;
        let has_content = async |id| app.services.mail.show(id, true).await.unwrap().unwrap().content.is_some();
        let sweep = async |now: Timestamp| app.services.retention.sweep_at(now).await.unwrap();
        let begin = app.clock.now();
        let day = Duration::from_hours(24);
        sweep(begin + day - Duration::from_millis(1)).await;
        assert!(has_content(sent).await);
        sweep(begin + day).await;
        assert!(!has_content(sent).await && has_content(waiting).await);
        assert!(matches!(resend(&app, sent).await, Err(ResendError::Impossible)), "there is nothing to send");
        sweep(begin + day * 30).await;
        assert!(app.services.mail.show(sent, true).await.unwrap().is_none());
        assert!(has_content(waiting).await);
    }
}
