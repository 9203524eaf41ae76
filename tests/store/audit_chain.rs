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
        services::{ChainReport, Fault, ServiceError, verify_audit},
    },
};
use std::{sync::Arc, time::Duration};

/// Records an event at this time.
async fn record(app: &TestApp, actor: Actor, at: Timestamp) {
    let ada = app.services.users.find_by_any("ada").await.unwrap().id;
    let id = Randomness::system().audit_id(at);
    let event = AuditEvent { id, at, actor, ..event(AuditAction::SignInFailed, Some(ada)) };
    app.db.insert_audit(event).await.unwrap();
}

async fn report(app: &TestApp) -> ChainReport {
    verify_audit(&app.db, &app.services.keys.audit_keys(), &[]).await.unwrap()
}

/// Seals twenty events, a minute apart.
async fn seal_twenty(app: &TestApp) {
    for number in 0..20 {
        record(app, Actor::Cli, BEGIN + MINUTE * number).await;
    }
    app.services.audit.seal().await.unwrap();
}

/// Checks that pruning at this time fails, and that verification still names event `place`.
async fn assert_not_hidden(app: &TestApp, now: Timestamp, place: i64) {
    let pruned = app.services.audit.prune(now).await;
    assert!(matches!(pruned, Err(ServiceError::Tampered(_))), "{pruned:?}");
    let fault = report(app).await.fault;
    let found = match &fault {
        Some(Fault::Changed { sequence, .. } | Fault::Missing(sequence)) => *sequence,
        Some(Fault::UnsignedRange { first, .. }) => *first,
        _ => 0,
    };
    assert_eq!(found, place, "{fault:?}");
}

fn reasons(app: &TestApp) -> Vec<String> {
    app.services.reasons().iter().map(ToString::to_string).collect()
}

on_both_databases! {
    async fn an_event_that_looks_old_because_its_id_was_changed_is_not_deleted(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        app.run_sql("UPDATE audit SET id = '00000000000000000000000001' WHERE sequence = 10").await;
        assert_not_hidden(&app, BEGIN + MINUTE * 30, 10).await;
        app.run_sql("UPDATE audit SET at = 0 WHERE sequence = 10").await;
        assert_not_hidden(&app, BEGIN + MINUTE * 30, 10).await;
        app.run_sql("UPDATE audit SET id = '00000000000000000000' || CAST(100000 + sequence AS TEXT) WHERE sequence > 3").await;
        assert_not_hidden(&app, BEGIN + MINUTE * 30, 4).await;
        assert_eq!(app.count("SELECT count(*) FROM audit_pruned").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM audit").await, 21);
    }

    async fn what_was_tampered_with_stays_when_the_rest_expires(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        app.run_sql("UPDATE audit SET outcome = 'ok', action = 'sign_in.succeeded' WHERE sequence = 10").await;
        assert_not_hidden(&app, BEGIN + DAY * 500, 10).await;
        assert_eq!(app.count("SELECT sequence FROM audit").await, 10, "the only one that is left");
        assert_not_hidden(&app, BEGIN + DAY * 500, 10).await;
    }

    async fn events_whose_neighbour_was_removed_are_not_deleted(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        app.run_sql("DELETE FROM audit WHERE sequence = 10").await;
        assert_not_hidden(&app, BEGIN + DAY * 500, 10).await;
        app.run_sql(
            "INSERT INTO audit_pruned (first_sequence, last_sequence, last_hash, signature)
             SELECT 10, 10, previous_hash, 'AAAA' FROM audit WHERE sequence = 11",
        )
        .await;
        assert_not_hidden(&app, BEGIN + DAY * 500, 10).await;
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE sequence > 10").await, 11);
    }

    async fn without_its_recorded_end_the_chain_neither_grows_nor_holds(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        record(&app, Actor::Cli, BEGIN + MINUTE * 20).await;
        for (sql, fault) in [
            ("UPDATE audit_head SET hash = 'x'", Fault::WrongEnd(21)),
            (
                "UPDATE audit_head SET sequence = 15, hash = (SELECT hash FROM audit WHERE sequence = 15)",
                Fault::WrongEnd(21),
            ),
            ("UPDATE audit_head SET sequence = 30", Fault::CutOff { after: 21, expected: 30 }),
            ("DELETE FROM audit_head", Fault::NoEnd),
        ] {
            app.run_sql(sql).await;
            assert!(app.services.audit.seal().await.is_err(), "{sql}");
            assert_eq!(report(&app).await.fault, Some(fault), "{sql}");
        }
        app.run_sql("INSERT INTO audit_head (only_row, sequence, hash) SELECT 1, 21, hash FROM audit WHERE sequence = 21").await;
        app.services.audit.seal().await.unwrap();
        assert_eq!(report(&app).await, ChainReport { events: 22, pruned: 0, fault: None });
    }

    async fn an_event_that_is_not_sealed_within_a_minute_is_named_and_the_node_is_not_ready(app) {
        app.user("ada").await;
        app.services.audit.seal().await.unwrap();
        record(&app, Actor::Cli, BEGIN).await;
        let late = async |expected: bool| {
            app.services.readiness.probe().await.unwrap();
            assert_eq!(reasons(&app).contains(&"audit".to_owned()), expected);
            assert_eq!(matches!(report(&app).await.fault, Some(Fault::Unsealed(_))), expected);
        };
        late(false).await;
        app.pass(60);
        record(&app, Actor::Cli, BEGIN + MINUTE).await;
        late(false).await;
        app.pass(1);
        record(&app, Actor::Cli, BEGIN + Duration::from_secs(61)).await;
        late(true).await;
        app.services.audit.seal().await.unwrap();
        late(false).await;
    }

    async fn an_event_with_a_sequence_below_the_first_is_named(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        for sql in [
            "UPDATE audit SET sequence = 0 WHERE sequence = 21",
            "UPDATE audit SET sequence = -7 WHERE sequence = 0",
            "UPDATE audit SET sequence = -9223372036854775808 WHERE sequence = -7",
        ] {
            app.run_sql(sql).await;
            let fault = report(&app).await.fault;
            assert!(matches!(fault, Some(Fault::BelowOne { .. })), "{sql}: {fault:?}");
        }
    }

    async fn a_range_of_deleted_events_that_are_there_is_named(app) {
        app.user("ada").await;
        seal_twenty(&app).await;
        for (sql, first, last) in [
            ("INSERT INTO audit_pruned (first_sequence, last_sequence, last_hash, signature) VALUES (3, 4, 'x', 'x')", 3, 4),
            ("UPDATE audit_pruned SET first_sequence = -3, last_sequence = 0", -3, 0),
            ("UPDATE audit_pruned SET first_sequence = 40, last_sequence = 50", 40, 50),
        ] {
            app.run_sql(sql).await;
            assert_eq!(report(&app).await.fault, Some(Fault::StrayRange { first, last }));
        }
    }

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
