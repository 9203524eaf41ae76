//! Several nodes on one database.

use super::{deliver_due, email, sending_to, state, verification, write_to};
use crate::{
    app::{MailServer, TestApp},
    on_both_databases,
    races::race,
};
use claviger::{
    model::{MailState, Timestamp},
    server::store::{DeliveryResult, Lease},
};
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

    async fn a_claimed_mail_is_sent_by_no_other_node_until_its_claim_expires(app) {
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
        assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), claimed.len(), "no node claims another's");
        let later = now + Duration::from_mins(2);
        assert!(app.db.claim_mail(later, later - Duration::from_millis(1)).await.unwrap().is_none());
        assert!(app.db.claim_mail(later + Duration::from_mins(2), later).await.unwrap().is_some());
    }

    async fn only_one_node_holds_a_lease_and_keeps_it_while_it_extends_it(app) {
        let nodes: Vec<_> = futures::future::join_all((0..8).map(|_| app.restart(&[]))).await;
        let hold = async |node: usize| nodes[node].services.jobs.leases().hold("mail").await.unwrap();
        let winners = race(8, |number| {
            let leases = nodes[number].services.jobs.leases().clone();
            async move { leases.hold("mail").await.unwrap() }
        })
        .await;
        assert_eq!(winners.iter().filter(|won| **won).count(), 1);
        let holder = winners.iter().position(|won| *won).unwrap();
        for _ in 0..10 {
            app.pass(20);
            assert!(hold(holder).await, "it is renewed");
            assert!(!hold((holder + 1) % 8).await);
        }
        nodes[holder].services.stop_jobs().await;
        assert!(hold((holder + 1) % 8).await, "once released, it is free");
    }

    async fn a_lease_that_is_not_extended_is_taken_over_whatever_its_end_says(app) {
        for date in [app.clock.now() + Duration::from_hours(1), Timestamp(0)] {
            let dead = Lease { name: "mail", holder: format!("dead {date}"), until: date };
            let lease = app.db.find_lease("mail").await.unwrap();
            assert!(app.db.take_lease(dead, lease).await.unwrap());
            let (one, other) = (app.restart(&[]).await, app.restart(&[]).await);
            let hold = async |node: &TestApp| node.services.jobs.leases().hold("mail").await.unwrap();
            assert!(!hold(&one).await && !hold(&other).await, "its holder may be at work");
            app.pass(29);
            assert!(!hold(&one).await && !hold(&other).await);
            app.pass(1);
            assert!(hold(&one).await, "it has renewed nothing for the length of a lease");
            assert!(!hold(&other).await, "the new holder counts from now");
        }
    }

    async fn a_lease_that_ends_later_than_any_holder_asks_for_is_void(app) {
        let node = app.restart(&[]).await;
        for until in [app.clock.now() + Duration::from_hours(25), Timestamp(9_000_000_000_000_000), Timestamp(i64::MAX)] {
            let forged = Lease { name: "mail", holder: "nobody".to_owned(), until };
            let lease = app.db.find_lease("mail").await.unwrap();
            assert!(app.db.take_lease(forged, lease).await.unwrap());
            assert!(node.restart(&[]).await.services.jobs.leases().hold("mail").await.unwrap(), "{until}");
        }
    }

    async fn a_mail_claimed_or_queued_while_the_clock_was_ahead_waits_no_longer_than_others(app) {
        let mut server = MailServer::start().await;
        let node = sending_to(&app, &server).await;
        let (ahead, claim) = (app.clock.now() + Duration::from_hours(1), Duration::from_mins(2));
        write_to(&app, "ada").await;
        app.db.claim_mail(ahead + claim, ahead).await.unwrap().unwrap();
        app.db.insert_mail(app.services.mail.notice(&email("grace"), &verification()), ahead).await.unwrap();
        node.services.mail.clamp_deadlines().await.unwrap();
        app.pass(120);
        deliver_due(&node).await;
        for _ in 0..2 {
            server.next().await;
        }
        assert_eq!(server.down().await, Vec::<serde_json::Value>::new());
    }

    async fn a_current_claim_is_left_to_its_holder(app) {
        write_to(&app, "ada").await;
        let now = app.clock.now();
        let claimed = app.db.claim_mail(now + Duration::from_mins(2), now).await.unwrap().unwrap();
        app.services.mail.clamp_deadlines().await.unwrap();
        app.db.record_delivery(claimed.id, claimed.until, DeliveryResult::Sent { note: None }, now).await.unwrap();
        assert_eq!(state(&app, claimed.id).await, MailState::Sent);
    }

    async fn another_node_takes_over_from_one_that_died(app) {
        let mut server = MailServer::start().await;
        let node = sending_to(&app, &server).await;
        let id = write_to(&app, "ada").await;
        app.db.claim_mail(app.clock.now() + Duration::from_mins(2), app.clock.now()).await.unwrap().unwrap();
        app.pass(119);
        deliver_due(&node).await;
        assert_eq!(state(&app, id).await, MailState::Waiting, "its claim is another's");
        app.pass(1);
        deliver_due(&node).await;
        assert_eq!(server.next().await["recipients"][0], "ada@example.com");
        assert_eq!(state(&app, id).await, MailState::Sent);
    }
}
