//! Users and the effects of changing them.

use super::{DAY, MINUTE, event, started, update};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::{DisplayName, Identifier, Permission, Status, UserId},
    server::{
        domain::{AuditAction, UserChange},
        randomness::Randomness,
        store::{Accepted, Position, StoreError},
    },
};
use strum::VariantArray;

on_both_databases! {
    async fn a_user_is_found_by_id_address_and_username_in_any_case(app) {
        let ada = app.user("Ada").await;
        for typed in ["ADA@EXAMPLE.COM", "ada@example.com", "aDa"] {
            let found = app.db.find_user_by_identifier(&Identifier::parse(typed)).await.unwrap().unwrap();
            assert_eq!(found.id, ada.id, "{typed}");
        }
        for unknown in ["", "grace", "ada@example.org", "ada\u{0}", "' OR 1=1 --", "%"] {
            assert!(app.db.find_user_by_identifier(&Identifier::parse(unknown)).await.unwrap().is_none(), "{unknown:?}");
        }
        assert!(app.db.find_user(UserId::from_parts(1, 1)).await.unwrap().is_none());
        assert_eq!(ada.email.as_str(), "Ada@example.com", "kept as typed");
    }

    async fn users_are_listed_in_order_page_by_page(app) {
        app.run_sql("DELETE FROM users").await;
        for name in ["a", "b", "c"] {
            app.pass(1);
            app.user(name).await;
        }
        let first = app.db.list_users(None, 2).await.unwrap();
        assert_eq!(first.len(), 2);
        let rest = app.db.list_users(Some(first[1].id), 2).await.unwrap();
        assert_eq!(rest.iter().map(|user| user.name.as_str().to_owned()).collect::<Vec<_>>(), ["c"]);
    }

    async fn only_changes_that_revoke_tokens_make_them_stale(app) {
        let ada = app.user("ada").await;
        let name = UserChange::Name(DisplayName::parse("Ada L.").unwrap());
        let ban = UserChange::Ban { until: Some(BEGIN + DAY), reason: Some("spam".into()) };
        for (change, version) in [
            (name, 0), (UserChange::Verified, 0), (ban, 1), (UserChange::Unban, 1),
            (UserChange::Roles(vec!["user".into()]), 2), (UserChange::PasswordHash { hash: "$x".into(), epoch: None }, 3), (UserChange::SignOutEverywhere, 4),
        ] {
            let said = format!("{change:?}");
            let (user, _) = app.db.change_user(update(ada.id, change, event(AuditAction::UserChanged, None)), MINUTE).await.unwrap();
            assert_eq!(user.token_version, version, "{said}");
        }
        let ada = app.find(ada.id).await;
        // She was verified already, which changes nothing.
        assert_eq!((ada.version, ada.status, ada.name.as_str()), (7, Status::Active, "Ada L."));
        assert_eq!(app.db.find_credentials(ada.id).await.unwrap().unwrap().epoch, 2);
    }

    async fn a_change_that_ends_sessions_ends_all_of_that_user_and_no_others(app) {
        let (ada, grace) = (app.user("ada").await, app.user("grace").await);
        for user in [&ada, &ada, &grace] {
            started(&app, user).await;
        }
        let change = UserChange::PasswordHash { hash: "$x".into(), epoch: None };
        let (_, ended) = app.db.change_user(update(ada.id, change, event(AuditAction::PasswordChanged, None)), MINUTE).await.unwrap();
        assert_eq!(ended.len(), 2);
        assert_eq!(app.db.count_live_sessions_of(grace.id, BEGIN).await.unwrap(), 1);
    }

    async fn a_deleted_user_leaves_a_revocation_and_nothing_else(app) {
        app.run_sql("DELETE FROM users").await;
        let ada = app.user("ada").await;
        started(&app, &ada).await;
        app.db.change_user(update(ada.id, UserChange::Delete, event(AuditAction::UserDeleted, Some(ada.id))), DAY).await.unwrap();
        for table in [
            "SELECT count(*) FROM users", "SELECT count(*) FROM passwords", "SELECT count(*) FROM sessions",
            "SELECT count(*) FROM user_roles",
        ] {
            assert_eq!(app.count(table).await, 0, "{table}");
        }
        let revoked = app.db.revocations_after(&Position::BEGIN).await.unwrap().revocations;
        let user = revoked.iter().find(|revocation| revocation.id == ada.id.to_string()).unwrap();
        assert_eq!((user.accepted, user.until), (Accepted::Nothing, BEGIN + DAY));
    }

    async fn a_change_of_an_unknown_user_changes_nothing(app) {
        let unknown = UserId::from_parts(1, 1);
        let refused = app.db.change_user(update(unknown, UserChange::Unban, event(AuditAction::UserUnbanned, None)), DAY).await;
        assert!(matches!(refused, Err(StoreError::Missing)));
        assert_eq!(app.count("SELECT count(*) FROM audit").await, 0);
    }

    async fn only_the_last_administrator_cannot_be_removed(app) {
        let (ada, grace) = (app.admin("ada").await, app.user("grace").await);
        let ban = || UserChange::Ban { until: None, reason: None };
        for change in [ban(), UserChange::Delete, UserChange::Roles(vec!["user".into()])] {
            let refused = app.db.change_user(update(ada.id, change, event(AuditAction::UserChanged, None)), DAY).await;
            assert!(matches!(refused, Err(StoreError::Forbidden)));
        }
        assert_eq!(app.find(ada.id).await.roles_at(app.clock.now()), ["admin", "user"]);
        app.db.change_user(update(grace.id, UserChange::Delete, event(AuditAction::UserDeleted, None)), DAY).await.unwrap();
        let second = app.admin("second").await;
        app.db.change_user(update(second.id, ban(), event(AuditAction::UserBanned, None)), DAY).await.unwrap();
        let refused = app.db.change_user(update(ada.id, UserChange::Delete, event(AuditAction::UserDeleted, None)), DAY).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "a banned administrator can change nothing");
    }

    async fn a_better_hash_is_stored_unless_the_password_changed_in_the_meantime(app) {
        let ada = app.user("ada").await;
        app.db.rehash(ada.id, 1, "$better".into(), BEGIN).await.unwrap();
        app.db.rehash(ada.id, 7, "$late".into(), BEGIN).await.unwrap();
        let credentials = app.db.find_credentials(ada.id).await.unwrap().unwrap();
        assert_eq!((credentials.hash.as_str(), credentials.epoch), ("$better", 1));
    }

    async fn roles_and_their_permissions_exist_from_the_start(app) {
        assert_eq!(app.db.role_names().await.unwrap(), ["admin", "auditor", "user"]);
        let allowed = app.db.role_permissions().await.unwrap();
        let of = |role: &str| allowed.iter().filter(|(name, _)| name == role).map(|(_, permission)| *permission).collect::<Vec<_>>();
        assert_eq!(of("admin").len(), Permission::VARIANTS.len());
        assert_eq!(of("auditor"), [Permission::AuditRead]);
        assert!(!app.db.has_administrator().await.unwrap());
        app.admin("ada").await;
        assert!(app.db.has_administrator().await.unwrap());
    }

    async fn the_key_fingerprint_of_the_installation_is_stored(app) {
        assert_eq!(app.db.key_fingerprint().await.unwrap(), None);
        for fingerprint in ["one", "two"] {
            app.db.set_key_fingerprint(fingerprint.into(), BEGIN).await.unwrap();
            assert_eq!(app.db.key_fingerprint().await.unwrap().as_deref(), Some(fingerprint));
        }
    }

    async fn ids_created_later_sort_later(app) {
        let first = app.user("a").await;
        app.pass(1);
        let second = app.user("b").await;
        assert!(first.id.to_string() < second.id.to_string());
        let other = Randomness::system().user_id(BEGIN);
        assert_ne!(other, first.id);
    }
}
