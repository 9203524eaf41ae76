//! The audit log: anonymous events are limited in number, those of users and administrators are kept.

use super::{DAY, MINUTE, event};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::{Network, Timestamp, UserId},
    server::{
        domain::{Actor, AuditAction, AuditEvent},
        randomness::Randomness,
    },
};

/// Records an event of an anonymous caller, from this address at this time.
async fn record(app: &TestApp, action: AuditAction, subject: Option<UserId>, address: &str, at: Timestamp) {
    let id = Randomness::system().audit_id(at);
    let network = Network::of(address.parse().unwrap());
    let event = AuditEvent { id, at, network, actor: Actor::Anonymous, ..event(action, subject) };
    app.db.insert_audit(event).await.unwrap();
}

on_both_databases! {
    async fn failures_of_unknown_names_are_counted_and_not_kept_individually(app) {
        for number in 0..500 {
            let address = format!("2001:db8:1:{number:x}::1");
            record(&app, AuditAction::SignInFailed, None, &address, BEGIN + MINUTE * (number % 60)).await;
        }
        record(&app, AuditAction::SignInFailed, None, "198.51.100.7", BEGIN + MINUTE * 60).await;
        record(&app, AuditAction::PasswordResetRequested, None, "198.51.100.7", BEGIN + MINUTE * 60).await;
        assert_eq!(app.count("SELECT count(*) FROM audit").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM audit_counts").await, 3);
        assert_eq!(app.count("SELECT count FROM audit_counts WHERE scope = '2001:db8:1::/48'").await, 500);
    }

    async fn any_number_of_networks_makes_a_limited_number_of_rows(app) {
        for number in 0..300 {
            record(&app, AuditAction::SignInFailed, None, &format!("2001:db8:{number:x}::1"), BEGIN).await;
            record(&app, AuditAction::SignInFailed, None, "2001:db8:7::1", BEGIN).await;
        }
        assert_eq!(app.count("SELECT count(*) FROM audit_counts").await, 101);
        assert_eq!(app.count("SELECT CAST(sum(count) AS BIGINT) FROM audit_counts").await, 600);
        assert_eq!(app.count("SELECT count FROM audit_counts WHERE scope = 'others'").await, 200);
        assert_eq!(app.count("SELECT count FROM audit_counts WHERE scope = '2001:db8:7::/48'").await, 301);
    }

    async fn twenty_events_of_a_kind_per_user_and_hour_are_kept_and_the_rest_is_counted(app) {
        let ada = app.user("ada").await.id;
        for number in 0..50 {
            let address = format!("2001:db8:{number:x}::1");
            record(&app, AuditAction::SignInFailed, Some(ada), &address, BEGIN + MINUTE).await;
        }
        record(&app, AuditAction::LockSet, Some(ada), "198.51.100.7", BEGIN + MINUTE).await;
        record(&app, AuditAction::SignInFailed, Some(ada), "198.51.100.7", BEGIN + MINUTE * 61).await;
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'sign_in.failed'").await, 21);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'lock.set'").await, 1);
        assert_eq!(app.count("SELECT count FROM audit_counts").await, 30);
    }

    async fn anonymous_events_are_deleted_after_thirty_days_and_those_of_users_after_the_setting(app) {
        let ada = app.user("ada").await.id;
        app.db.insert_audit(event(AuditAction::PasswordChanged, Some(ada))).await.unwrap();
        record(&app, AuditAction::SignInFailed, Some(ada), "198.51.100.7", BEGIN).await;
        record(&app, AuditAction::SignInFailed, None, "198.51.100.7", BEGIN).await;
        let kept = async |days: u32| {
            app.services.retention.sweep_at(BEGIN + DAY * days + MINUTE).await.unwrap();
            let counts = app.count("SELECT count(*) FROM audit_counts").await;
            let failures = app.count("SELECT count(*) FROM audit WHERE action = 'sign_in.failed'").await;
            (app.count("SELECT count(*) FROM audit").await - failures, failures, counts)
        };
        assert_eq!(kept(29).await, (2, 1, 1));
        assert_eq!(kept(30).await, (2, 0, 0));
        assert_eq!(kept(399).await, (2, 0, 0));
        assert_eq!(kept(400).await, (0, 0, 0));
    }
}
