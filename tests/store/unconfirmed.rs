//! Self-registered accounts that are never confirmed are deleted, and no others.

use super::{DAY, MINUTE, event};
use crate::{
    app::{BEGIN, PASSWORD, TestApp},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Identifier, Timestamp, USER, User},
    server::{
        domain::{Actor, AuditAction, AuditEvent, UserChange},
        services::verify_audit,
    },
};
use serde_json::json;
use std::time::Duration;

/// Registers `<name>@example.org`.
async fn register(app: &TestApp, name: &str) -> User {
    let body = json!({ "email": format!("{name}@example.org"), "username": name, "password": PASSWORD });
    assert_eq!(app.post("/api/v1/auth/register").json(&body).send().await.status, 202);
    find(app, name).await.unwrap()
}

async fn find(app: &TestApp, name: &str) -> Option<User> {
    app.db.find_user_by_identifier(&Identifier::parse(name)).await.unwrap()
}

async fn sweep(app: &TestApp, at: Timestamp) {
    app.services.retention.sweep_at(at).await.unwrap();
}

on_both_databases! {
    async fn an_unconfirmed_account_is_deleted_after_a_week_with_its_traces(app) {
        register(&app, "ada").await;
        let body = json!({ "email": "ada@example.org", "password": "wrong, of course" });
        app.post("/api/auth/login").json(&body).send().await;
        sweep(&app, BEGIN + DAY * 7 - Duration::from_millis(1)).await;
        assert!(find(&app, "ada").await.is_some());
        sweep(&app, BEGIN + DAY * 7).await;
        assert!(find(&app, "ada").await.is_none());
        // One row each of the first user remains.
        for (table, rows) in [("audit", 0), ("users", 1), ("passwords", 1), ("user_roles", 1), ("one_time_secrets", 0)] {
            assert_eq!(app.sizes().await[table], rows, "{table}");
        }
        register(&app, "ada").await;
    }

    async fn the_audit_log_stays_intact_without_an_unconfirmed_account(app) {
        let eve = app.user("eve").await;
        register(&app, "ada").await;
        let ada = find(&app, "ada").await.unwrap();
        let event = event(AuditAction::UserBanned, Some(ada.id));
        app.db.insert_audit(AuditEvent { actor: Actor::User(eve.id), ..event }).await.unwrap();
        app.services.audit.seal().await.unwrap();
        let before = app.sizes().await["audit"];
        sweep(&app, BEGIN + DAY * 7).await;
        assert!(find(&app, "ada").await.is_none());
        let report = verify_audit(&app.db, &app.services.keys.audit_keys(), &[]).await.unwrap();
        assert_eq!((report.events, report.pruned, report.fault), (before - 1, 1, None));
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE erasure IS NOT NULL").await, 1, "what eve did");
        assert_eq!(app.sizes().await["deleted_users"], 0);
    }

    async fn the_setting_says_how_long_an_unconfirmed_account_stays(app) {
        let app = app.restart(&[("accounts.unconfirmed_retention", "2d")]).await;
        register(&app, "ada").await;
        sweep(&app, BEGIN + DAY * 2 - MINUTE).await;
        assert!(find(&app, "ada").await.is_some());
        sweep(&app, BEGIN + DAY * 2).await;
        assert!(find(&app, "ada").await.is_none());
    }

    async fn accounts_that_are_confirmed_or_were_created_or_changed_by_others_stay(app) {
        app.user_with("made", &[USER], false).await;
        let confirmed = register(&app, "confirmed").await;
        let promoted = register(&app, "promoted").await;
        let banned = register(&app, "banned").await;
        let renamed = register(&app, "renamed").await;
        app.change(confirmed.id, UserChange::Verified).await;
        app.change(promoted.id, UserChange::Roles(vec!["admin".into(), USER.into()])).await;
        app.change(banned.id, UserChange::Ban { until: None, reason: None }).await;
        app.change(renamed.id, UserChange::Name(DisplayName::parse("Renamed").unwrap())).await;
        register(&app, "forgotten").await;
        sweep(&app, BEGIN + DAY * 360).await;
        for name in ["made", "confirmed", "promoted", "banned", "renamed"] {
            assert!(find(&app, name).await.is_some(), "{name}");
        }
        assert!(find(&app, "forgotten").await.is_none());
    }

    async fn an_account_stays_as_long_as_a_link_mailed_to_it_works(app) {
        register(&app, "ada").await;
        app.pass(6 * 24 * 3600 + 12 * 3600);
        let body = json!({ "email": "ada@example.org" });
        app.post("/api/v1/auth/resend-verification").json(&body).send().await;
        app.pass(12 * 3600);
        app.services.retention.sweep().await.unwrap();
        let link = app.last_link("ada@example.org", "/verify-email").await;
        let token = link.split_once("token=").unwrap().1.to_owned();
        let answer = app.post("/api/v1/auth/verify-email").json(&json!({ "token": token })).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        app.pass(30 * 24 * 3600);
        app.services.retention.sweep().await.unwrap();
        assert!(find(&app, "ada").await.is_some());
    }
}
