//! Several nodes on one database.

use super::{deliver_due, sending_to, state, write_to};
use crate::{app::MailServer, on_both_databases, races::race};
use claviger::{model::MailState, server::store::Lease};
use std::{collections::BTreeSet, time::Duration};

const MAILS: usize = 24;

on_both_databases! {
    async fn two_nodes_send_each_mail_once(app) {
        let mut server = MailServer::start().await;
        let nodes = [sending_to(&app, &server).await, sending_to(&app, &server).await];
        for number in 0..MAILS {
            write_to(&app, &format!("user{number}")).await;
        }
        race(8, |number| {
            let node = nodes[number % 2].clone();
            async move { deliver_due(&node).await }
        })
        .await;
        let mut arrived = BTreeSet::new();
        for _ in 0..MAILS {
            let mail = server.next().await;
            assert!(arrived.insert(mail["recipients"][0].as_str().unwrap().to_owned()), "once: {mail}");
        }
        assert_eq!(server.down().await, Vec::<serde_json::Value>::new());
        assert_eq!(app.services.mail.counts().await.unwrap().sent, 24);
    }

    async fn a_claimed_mail_is_nobody_elses_until_its_claim_is_over(app) {
        for number in 0..MAILS {
            write_to(&app, &format!("user{number}")).await;
        }
        let now = app.clock.now();
        let mut claimed = Vec::new();
        while claimed.len() < MAILS {
            let claims = race(16, |_| {
                let db = app.db.clone();
                async move { db.claim_mail(now + Duration::from_mins(2), now).await.unwrap().map(|mail| mail.id) }
            })
            .await;
            assert!(claims.iter().any(Option::is_some), "one of them gets one");
            claimed.extend(claims.into_iter().flatten());
        }
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), claimed.len(), "nobody gets another's");
        let later = now + Duration::from_mins(2);
        assert!(app.db.claim_mail(later, later - Duration::from_millis(1)).await.unwrap().is_none());
        assert!(app.db.claim_mail(later + Duration::from_mins(2), later).await.unwrap().is_some());
    }

    async fn a_node_that_died_is_followed_by_another(app) {
        let mut server = MailServer::start().await;
        let node = sending_to(&app, &server).await;
        let lease = Lease { name: "outbox", holder: "dead".into(), until: app.clock.now() + Duration::from_secs(30) };
        assert!(app.db.take_lease(lease, app.clock.now()).await.unwrap());
        let id = write_to(&app, "ada").await;
        app.db.claim_mail(app.clock.now() + Duration::from_secs(20), app.clock.now()).await.unwrap().unwrap();
        app.pass(29);
        deliver_due(&node).await;
        assert_eq!(state(&app, id).await, MailState::Waiting, "the lease is another's");
        app.pass(1);
        deliver_due(&node).await;
        assert_eq!(server.next().await["recipients"][0], "ada@example.com");
        assert_eq!(state(&app, id).await, MailState::Sent);
    }

    async fn of_many_nodes_one_holds_the_lease(app) {
        let now = app.clock.now();
        let take = |holder: usize, now| {
            let lease = Lease { name: "outbox", holder: holder.to_string(), until: now + Duration::from_secs(30) };
            let db = app.db.clone();
            async move { db.take_lease(lease, now).await.unwrap() }
        };
        let held = race(16, |number| take(number, now)).await;
        assert_eq!(held.iter().filter(|held| **held).count(), 1);
        let holder = held.iter().position(|held| *held).unwrap();
        let later = now + Duration::from_secs(29);
        assert!(take(holder, later).await, "it is renewed");
        assert!(!take(99, now + Duration::from_secs(31)).await);
        app.db.drop_lease("outbox", "99".into()).await.unwrap();
        assert!(!take(99, now + Duration::from_secs(31)).await, "nobody drops another's");
        app.db.drop_lease("outbox", holder.to_string()).await.unwrap();
        assert!(take(99, now + Duration::from_secs(31)).await);
    }
}
