//! Ending all sessions of a user but one.

use super::{event, started};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::{EndReason, UserId},
    server::{
        domain::{AuditAction, End, Ender, UserChange},
        store::{Position, StoreError},
    },
};

on_both_databases! {
    async fn all_other_sessions_end_and_their_tokens_are_revoked(app) {
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let (kept, one, other) = (started(&app, &ada).await, started(&app, &ada).await, started(&app, &ada).await);
        let bobs = started(&app, &bob).await;
        let end = || event(AuditAction::OtherSessionsEnded, Some(ada.id));
        let ended = app.db.end_other_sessions(ada.id, kept, EndReason::Revoked, end()).await.unwrap();
        let mut ids: Vec<_> = ended.iter().map(|session| session.id).collect();
        ids.sort_unstable();
        let mut expected = vec![one, other];
        expected.sort_unstable();
        assert_eq!(ids, expected);
        let row = app.db.find_session(one).await.unwrap().unwrap();
        assert_eq!(row.end, Some(End { at: BEGIN, reason: EndReason::Revoked, by: Ender::System }));
        for alive in [kept, bobs] {
            assert_eq!(app.db.find_session(alive).await.unwrap().unwrap().end, None);
        }
        let revoked = app.db.revocations_after(&Position::BEGIN).await.unwrap().revocations;
        assert_eq!(revoked.len(), 2);
        let user = app.find(ada.id).await;
        assert_eq!((user.token_version, user.version), (ada.token_version, ada.version));
        let again = app.db.end_other_sessions(ada.id, kept, EndReason::Revoked, end()).await.unwrap();
        assert!(again.is_empty());
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'session.others_ended'").await, 1);
    }

    async fn an_unknown_user_has_no_other_sessions(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let unknown = UserId::from_parts(1, 1);
        let refused = app.db.end_other_sessions(unknown, id, EndReason::Revoked, event(AuditAction::OtherSessionsEnded, None)).await;
        assert!(matches!(refused, Err(StoreError::Missing)));
        app.change(ada.id, UserChange::SignOutEverywhere).await;
        let ended = app.db.end_other_sessions(ada.id, id, EndReason::Revoked, event(AuditAction::OtherSessionsEnded, None)).await;
        assert!(ended.unwrap().is_empty());
    }
}
