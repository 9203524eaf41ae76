//! The audit log no longer tells about users who were deleted a month ago, and is still proven.

use super::{DAY, event, update};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::User,
    server::{
        domain::{Actor, AuditAction, AuditEvent, AuditTarget, TargetKind, UserChange},
        randomness::Randomness,
        services::{Fault, ServiceError, verify_audit},
    },
};
use serde_json::json;

/// Records what one user did to the other, with a name and values of the other.
async fn record(app: &TestApp, actor: &User, subject: &User) {
    let event = AuditEvent {
        id: Randomness::system().audit_id(BEGIN),
        actor: Actor::User(actor.id),
        agent: format!("{}'s browser", actor.name.as_str()),
        target: Some(AuditTarget {
            kind: TargetKind::User,
            id: subject.id.to_string(),
            name: Some(subject.email.as_str().to_owned()),
        }),
        details: json!({ "old": { "name": subject.name.as_str() }, "new": { "name": subject.name.as_str() } }),
        ..event(AuditAction::UserBanned, Some(subject.id))
    };
    app.db.insert_audit(event).await.unwrap();
}

async fn delete(app: &TestApp, user: &User) {
    let deleted = AuditEvent {
        id: Randomness::system().audit_id(BEGIN),
        actor: Actor::User(user.id),
        ..event(AuditAction::UserDeleted, Some(user.id))
    };
    app.db.change_user(update(user.id, UserChange::Delete, deleted), DAY).await.unwrap();
    app.services.audit.seal().await.unwrap();
}

async fn fault(app: &TestApp) -> Option<Fault> {
    verify_audit(&app.db, &app.services.keys.audit_keys(), &[]).await.unwrap().fault
}

on_both_databases! {
    async fn a_month_after_a_deletion_only_ids_are_left_of_a_user(app) {
        let (ada, eve) = (app.user("ada").await, app.user("eve").await);
        record(&app, &ada, &ada).await;
        record(&app, &ada, &eve).await;
        record(&app, &eve, &ada).await;
        delete(&app, &ada).await;
        app.services.retention.sweep_at(BEGIN + DAY * 30).await.unwrap();
        assert!(app.dump().await.contains("ada@example.com"), "for a month it can be investigated");
        app.services.retention.sweep_at(BEGIN + DAY * 31).await.unwrap();
        assert_eq!(fault(&app).await, None);
        for (sql, count) in [
            ("SELECT count(*) FROM audit WHERE actor_name = 'ada' OR target_name LIKE 'ada%' OR details LIKE '%ada%'", 0),
            ("SELECT count(*) FROM audit WHERE agent LIKE 'ada%'", 0),
            ("SELECT count(*) FROM audit WHERE erasure IS NOT NULL AND salt IS NOT NULL", 0),
            ("SELECT count(*) FROM audit WHERE target_name = 'eve@example.com' AND details LIKE '%eve%'", 1),
            ("SELECT count(*) FROM audit WHERE agent LIKE 'eve%'", 1),
            ("SELECT count(*) FROM deleted_users", 0),
        ] {
            assert_eq!(app.count(sql).await, count, "{sql}");
        }
        app.services.retention.sweep_at(BEGIN + DAY * 500).await.unwrap();
        assert_eq!(fault(&app).await, None, "erased events expire like others");
    }

    async fn who_changes_what_is_left_or_erases_without_the_key_is_named(app) {
        let (ada, eve) = (app.user("ada").await, app.user("eve").await);
        record(&app, &ada, &eve).await;
        delete(&app, &ada).await;
        app.services.retention.sweep_at(BEGIN + DAY * 31).await.unwrap();
        for (sql, back) in [
            (
                "UPDATE audit SET target_name = 'bob' WHERE target_name = 'eve@example.com'",
                "UPDATE audit SET target_name = 'eve@example.com' WHERE target_name = 'bob'",
            ),
            (
                "UPDATE audit SET outcome = 'denied' WHERE erasure IS NOT NULL",
                "UPDATE audit SET outcome = 'ok' WHERE erasure IS NOT NULL",
            ),
            (
                "UPDATE audit SET details = '{}', salt = NULL, erasure = 'AAAA' WHERE erasure IS NULL",
                "",
            ),
        ] {
            assert_eq!(fault(&app).await, None, "before {sql}");
            app.run_sql(sql).await;
            assert!(matches!(fault(&app).await, Some(Fault::Changed { .. })), "{sql}");
            app.run_sql(back).await;
        }
    }

    async fn an_event_that_was_tampered_with_is_not_erased(app) {
        let (ada, eve) = (app.user("ada").await, app.user("eve").await);
        record(&app, &eve, &ada).await;
        delete(&app, &ada).await;
        app.run_sql("UPDATE audit SET agent = 'another' WHERE agent LIKE 'eve%'").await;
        let swept = app.services.retention.sweep_at(BEGIN + DAY * 31).await;
        assert!(matches!(swept, Err(ServiceError::Tampered(_))), "{swept:?}");
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE target_name = 'ada@example.com'").await, 1);
        assert!(matches!(fault(&app).await, Some(Fault::Changed { .. })));
    }
}
