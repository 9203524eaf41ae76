//! Sessions: single ones, and all of a user.

use super::{DAY, MINUTE, event, new_session, rotation, started, update};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::EndReason,
    server::{
        domain::{AuditAction, UserChange},
        store::{LastSeenUpdate, NewSession, StoreError},
    },
};
use std::time::Duration;

on_both_databases! {
    async fn a_session_is_found_as_it_was_started(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let row = app.db.find_session(id).await.unwrap().unwrap();
        assert_eq!((row.user_id, row.generation, row.used_generation), (ada.id, 0, None));
        assert_eq!((row.rotated_at, row.end, row.created_at), (None, None, BEGIN));
        assert_eq!(app.db.count_live_sessions_of(ada.id, BEGIN).await.unwrap(), 1);
    }

    async fn no_session_starts_for_a_user_who_changed_since_the_password_was_checked(app) {
        let ada = app.user("ada").await;
        let stale = NewSession { token_version: 7, ..new_session(&ada) };
        let other_password = NewSession { password_epoch: 2, ..new_session(&ada) };
        let ban = UserChange::Ban { until: None, reason: None };
        for session in [stale, other_password] {
            let refused = app.db.insert_session(session, event(AuditAction::SignedIn, None)).await;
            assert!(matches!(refused, Err(StoreError::Missing)));
        }
        app.db.change_user(update(ada.id, ban, event(AuditAction::UserBanned, None)), MINUTE).await.unwrap();
        let banned = app.find(ada.id).await;
        let refused = app.db.insert_session(new_session(&banned), event(AuditAction::SignedIn, None)).await;
        assert!(matches!(refused, Err(StoreError::Missing)));
    }

    async fn a_rotation_is_a_compare_and_set(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let rotated = app.db.rotate_session(rotation(id, 0, BEGIN)).await.unwrap().unwrap();
        assert_eq!((rotated.session.generation, rotated.session.rotated_at), (1, Some(BEGIN)));
        assert_eq!(rotated.roles, ["user"]);
        assert!(app.db.rotate_session(rotation(id, 0, BEGIN)).await.unwrap().is_none(), "an old generation");
        assert!(app.db.rotate_session(rotation(id, 2, BEGIN)).await.unwrap().is_none(), "a future one");
        let soon = BEGIN + Duration::from_millis(9_999);
        assert!(app.db.rotate_session(rotation(id, 1, soon)).await.unwrap().is_none(), "within the grace");
        let later = BEGIN + Duration::from_secs(10);
        assert!(app.db.rotate_session(rotation(id, 1, later)).await.unwrap().is_some());
    }

    async fn a_rotation_slides_no_further_than_the_absolute_lifetime(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let late = BEGIN + DAY - MINUTE;
        let rotated = app.db.rotate_session(rotation(id, 0, late)).await.unwrap().unwrap();
        assert_eq!(rotated.session.idle_until, late + DAY);
        let later = BEGIN + DAY * 2 - MINUTE * 2;
        let rotated = app.db.rotate_session(rotation(id, 1, later)).await.unwrap().unwrap();
        assert_eq!((rotated.session.idle_until, rotated.session.access_until), (BEGIN + DAY * 2, BEGIN + DAY * 2));
    }

    async fn neither_an_idle_nor_an_ended_session_rotates_or_gets_a_token(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        assert!(app.db.rotate_session(rotation(id, 0, BEGIN + DAY)).await.unwrap().is_none());
        assert!(app.db.reissue_access(id, 0, BEGIN + DAY * 2, BEGIN + DAY).await.unwrap().is_none());
        app.db.end_session(id, Some(ada.id), EndReason::SignedOut, None, event(AuditAction::SignedOut, None)).await.unwrap().unwrap();
        assert!(app.db.rotate_session(rotation(id, 0, BEGIN)).await.unwrap().is_none());
        assert!(app.db.reissue_access(id, 0, BEGIN + MINUTE, BEGIN).await.unwrap().is_none());
    }

    async fn a_reissue_remembers_the_latest_end_of_an_access_token(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        let latest = BEGIN + MINUTE * 20;
        let reissued = app.db.reissue_access(id, 0, latest, BEGIN).await.unwrap().unwrap();
        assert_eq!(reissued.session.access_until, latest);
        let reissued = app.db.reissue_access(id, 0, BEGIN + MINUTE, BEGIN).await.unwrap().unwrap();
        assert_eq!(reissued.session.access_until, latest, "never earlier");
        let reissued = app.db.reissue_access(id, 0, BEGIN + DAY * 9, BEGIN).await.unwrap().unwrap();
        assert_eq!(reissued.session.access_until, BEGIN + DAY, "never past the sliding life");
    }

    async fn a_banned_users_session_gives_no_tokens(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        app.run_sql("UPDATE users SET status = 'banned'").await;
        assert!(matches!(app.db.rotate_session(rotation(id, 0, BEGIN)).await, Err(StoreError::Forbidden)));
        let row = app.db.find_session(id).await.unwrap().unwrap();
        assert_eq!(row.generation, 0, "nothing was kept");
        app.run_sql("UPDATE users SET status = 'active'").await;
    }

    async fn a_session_ends_once_and_only_for_its_owner(app) {
        let (ada, grace) = (app.user("ada").await, app.user("grace").await);
        let id = started(&app, &ada).await;
        let end = |owner| app.db.end_session(id, Some(owner), EndReason::Revoked, None, event(AuditAction::SessionEnded, None));
        assert!(end(grace.id).await.unwrap().is_none());
        assert_eq!(end(ada.id).await.unwrap().unwrap().access_until, BEGIN + MINUTE * 15);
        assert!(end(ada.id).await.unwrap().is_none());
        assert_eq!(app.db.count_live_sessions_of(ada.id, BEGIN).await.unwrap(), 0);
        let events = app.db.latest_audit_of(ada.id, 10).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.action == "session.ended").count(), 1);
    }

    async fn due_sessions_end_in_batches_with_their_reason(app) {
        let ada = app.user("ada").await;
        for _ in 0..5 {
            started(&app, &ada).await;
        }
        let due = BEGIN + DAY;
        assert!(!app.db.has_due_sessions(due - Duration::from_millis(1)).await.unwrap());
        assert!(app.db.has_due_sessions(due).await.unwrap());
        assert_eq!(app.db.end_due_sessions(3, due).await.unwrap().len(), 3);
        assert_eq!(app.db.end_due_sessions(3, due).await.unwrap().len(), 2);
        assert_eq!(app.db.end_due_sessions(3, due).await.unwrap().len(), 0);
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE end_reason = 'idle'").await, 5);
    }

    async fn a_last_seen_update_never_goes_back_or_beyond_the_current_generation(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        app.db.rotate_session(rotation(id, 0, BEGIN)).await.unwrap();
        let later = BEGIN + MINUTE;
        let update = |generation, at| LastSeenUpdate { session: id, generation: Some(generation), at };
        app.db.update_last_seen(vec![update(1, later), update(0, BEGIN), update(9, BEGIN)]).await.unwrap();
        let row = app.db.find_session(id).await.unwrap().unwrap();
        assert_eq!((row.used_generation, row.last_seen_at), (Some(1), later));
    }

    async fn sessions_that_ended_long_ago_are_deleted(app) {
        let ada = app.user("ada").await;
        let id = started(&app, &ada).await;
        app.db.end_due_sessions(10, BEGIN + DAY).await.unwrap();
        app.services.retention.sweep_at(BEGIN + DAY * 30).await.unwrap();
        assert!(app.db.find_session(id).await.unwrap().is_some());
        app.services.retention.sweep_at(BEGIN + DAY * 31).await.unwrap();
        assert!(app.db.find_session(id).await.unwrap().is_none());
    }
}
