//! The chain of the audit log: what is sealed stays, and what expires leaves a proof.

use super::{DAY, MINUTE, event};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
    races::race,
};
use claviger::{
    model::Timestamp,
    server::{
        domain::{Actor, AuditAction, AuditEvent},
        randomness::Randomness,
        services::{ChainReport, verify_audit},
    },
};
use std::sync::Arc;

/// Records an event at this time.
async fn record(app: &TestApp, actor: Actor, at: Timestamp) {
    let ada = app.services.users.find_by_any("ada").await.unwrap().id;
    let id = Randomness::System.audit_id(at);
    let event = AuditEvent { id, at, actor, ..event(AuditAction::SignInFailed, Some(ada)) };
    app.db.insert_audit(event).await.unwrap();
}

async fn report(app: &TestApp) -> ChainReport {
    verify_audit(&app.db, &app.services.keys.audit_keys(), &[]).await.unwrap()
}

on_both_databases! {
    async fn sealing_numbers_every_event_once_however_many_nodes_seal(app) {
        app.user("ada").await;
        let nodes = Arc::new([app.clone(), app.restart(&[]).await, app.restart(&[]).await]);
        for round in 0..5 {
            for number in 0..20 {
                record(&app, Actor::Cli, BEGIN + MINUTE * (round * 20 + number)).await;
            }
            let nodes = Arc::clone(&nodes);
            race(3, move |number| {
                let nodes = Arc::clone(&nodes);
                async move { nodes[number].services.audit.seal().await.unwrap() }
            })
            .await;
        }
        app.services.audit.seal().await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE sequence IS NULL").await, 0);
        assert_eq!(report(&app).await, ChainReport { events: 101, pruned: 0, fault: None });
    }

    async fn the_chain_holds_after_events_have_expired_in_its_middle_and_at_its_beginning(app) {
        app.user("ada").await;
        for day in 0..40 {
            record(&app, Actor::Anonymous, BEGIN + DAY * day).await;
            record(&app, Actor::Cli, BEGIN + DAY * day + MINUTE).await;
            app.services.audit.seal().await.unwrap();
        }
        for (day, left, ranges) in [(39, 71, 10), (40, 70, 11), (70, 41, 40), (410, 29, 29), (440, 0, 1)] {
            app.services.audit.prune(BEGIN + DAY * day + MINUTE * 2).await.unwrap();
            let now = report(&app).await;
            assert_eq!((now.fault, now.events, now.events + now.pruned), (None, left, 81), "day {day}");
            assert_eq!(app.count("SELECT count(*) FROM audit_pruned").await, ranges, "day {day}");
        }
        record(&app, Actor::Cli, BEGIN + DAY * 440).await;
        app.services.audit.seal().await.unwrap();
        assert_eq!(report(&app).await, ChainReport { events: 1, pruned: 81, fault: None });
    }

    async fn nodes_that_prune_together_lose_no_proof(app) {
        app.user("ada").await;
        for day in 0..60 {
            record(&app, if day % 3 == 0 { Actor::Cli } else { Actor::Anonymous }, BEGIN + DAY * day).await;
        }
        let nodes = Arc::new([app.clone(), app.restart(&[]).await, app.restart(&[]).await]);
        for day in [50, 70, 90, 430, 470] {
            let now = BEGIN + DAY * day;
            let nodes = Arc::clone(&nodes);
            race(3, move |number| {
                let nodes = Arc::clone(&nodes);
                // One that comes too late does nothing, and the next run does the rest.
                async move { drop(nodes[number].services.audit.prune(now).await) }
            })
            .await;
            app.services.audit.prune(now).await.unwrap();
            let found = report(&app).await;
            assert_eq!((found.fault, found.events + found.pruned), (None, 61), "day {day}");
        }
    }
}
