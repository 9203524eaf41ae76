//! Tokens that are rejected despite a valid signature.

use super::{DAY, MINUTE, event, rotation, started, update};
use crate::{
    app::{BEGIN, Database, PATIENCE, TestApp},
    on_both_databases,
};
use claviger::{
    model::EndReason,
    server::{
        domain::{AuditAction, UserChange},
        store::{Accepted, Position, Revocation, RevokedKind},
    },
};

/// Returns what was revoked after a position, which must still be valid.
async fn revoked_after(app: &TestApp, position: &Position) -> Vec<Revocation> {
    let found = app.db.revocations_after(position).await.unwrap();
    assert!(found.follows);
    found.revocations
}

on_both_databases! {
    async fn an_ended_session_is_revoked_until_its_last_access_token_expires(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        app.db.rotate_session(rotation(id, 0, BEGIN + MINUTE)).await.unwrap();
        let ended = event(AuditAction::SignedOut, None);
        app.db.end_session(id, None, EndReason::SignedOut, None, ended).await.unwrap();
        let revoked = revoked_after(&app, &Position::BEGIN).await;
        assert_eq!(revoked.len(), 1);
        assert_eq!((revoked[0].kind, revoked[0].id.as_str()), (RevokedKind::Session, id.to_string().as_str()));
        assert_eq!((revoked[0].at, revoked[0].until), (BEGIN, BEGIN + MINUTE * 16));
        let last = app.db.revocations_after(&Position::BEGIN).await.unwrap().position;
        assert!(revoked_after(&app, &last).await.is_empty(), "only later ones");
    }

    async fn a_users_revocation_lasts_for_the_longest_token_lifetime_and_the_latest_token_issued(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let change = |longest| {
            app.db.change_user(update(ada.id, UserChange::SignOutEverywhere, event(AuditAction::SignedOutEverywhere, None)), longest)
        };
        let until = async || {
            let revoked = revoked_after(&app, &Position::BEGIN).await;
            revoked.into_iter().find(|one| one.kind == RevokedKind::User).map(|one| (one.accepted, one.until))
        };
        change(MINUTE).await.unwrap();
        assert_eq!(until().await, Some((Accepted::From(1), BEGIN + MINUTE * 15)), "the session's token was issued for longer");
        change(DAY).await.unwrap();
        assert_eq!(until().await, Some((Accepted::From(2), BEGIN + DAY)));
        assert!(app.db.find_session(id).await.unwrap().unwrap().end.is_some());
    }

    async fn revocations_that_no_token_needs_are_deleted(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        app.db.end_session(id, None, EndReason::SignedOut, None, event(AuditAction::SignedOut, None)).await.unwrap();
        app.services.retention.sweep_at(BEGIN + DAY + MINUTE * 14).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 1);
        app.run_sql("UPDATE sessions SET access_until = ended_at").await;
        app.services.retention.sweep_at(BEGIN + DAY + MINUTE * 15).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM revocations").await, 0);
    }
}

/// Notifications spare the nodes the wait for their next poll.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_revocation_notifies_listening_nodes() {
    crate::app::run_test(Database::postgres().await, |app| async move {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let mut notifications = app.db.listen().await.unwrap();
        let node = app.restart(&[]).await;
        node.db.end_session(id, None, EndReason::SignedOut, None, event(AuditAction::SignedOut, None)).await.unwrap();
        tokio::time::timeout(PATIENCE, notifications.wait()).await.expect("a wake").unwrap();
        node.db.close().await;
    })
    .await;
}
