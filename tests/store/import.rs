//! Importing many users at once.

use super::{MINUTE, event};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::{DisplayName, Email, USER, UserId},
    server::{
        domain::{AuditAction, AuditEvent},
        randomness::Randomness,
        store::{NewUser, StoreError},
    },
};

fn user(name: &str) -> (NewUser, AuditEvent) {
    let id = Randomness::system().user_id(BEGIN);
    let user = NewUser {
        id,
        email: Email::parse(&format!("{name}@example.com")).unwrap(),
        is_verified: false,
        username: None,
        name: DisplayName::parse(name).unwrap(),
        roles: vec![USER.into()],
        password_hash: Some("$x".into()),
        created_at: BEGIN - MINUTE,
    };
    (user, event(AuditAction::UserCreated, Some(id)))
}

on_both_databases! {
    async fn many_users_are_created_together(app) {
        app.run_sql("DELETE FROM users").await;
        let users: Vec<_> = (0..300).map(|number| user(&format!("u{number}"))).collect();
        let first = users[0].0.id;
        app.db.insert_users(users.into_iter(), BEGIN).await.unwrap();
        assert_eq!(app.count(crate::app::USERS).await, 300);
        assert_eq!(app.count("SELECT count(*) FROM user_roles").await, 300);
        assert_eq!(app.count("SELECT count(*) FROM audit").await, 300);
        assert_eq!(app.count("SELECT count(*) FROM passwords").await, 300);
        let first = app.find(first).await;
        assert_eq!((first.created_at, first.updated_at), (BEGIN - MINUTE, BEGIN));
        assert_eq!(app.db.find_credentials(first.id).await.unwrap().unwrap().hash, "$x");
    }

    async fn if_one_of_many_users_cannot_be_created_none_is(app) {
        app.run_sql("DELETE FROM users").await;
        app.user("ada").await;
        for last in ["ADA", "u0"] {
            let users: Vec<_> = ["u0", "u1", last].map(user).into();
            let refused = app.db.insert_users(users.into_iter(), BEGIN).await;
            assert!(matches!(refused, Err(StoreError::Taken)), "{last}");
            assert_eq!(app.count(crate::app::USERS).await, 1);
            assert_eq!(app.count("SELECT count(*) FROM audit").await, 1);
        }
    }

    async fn taken_names_are_listed_in_batches(app) {
        app.run_sql("DELETE FROM users").await;
        app.user("Ada").await;
        let (ada, grace) = (app.db.list_taken_names(None, 1).await.unwrap(), user("grace"));
        assert_eq!(ada[0].email_normalized, "ada@example.com");
        assert_eq!(ada[0].username_normalized.as_deref(), Some("ada"));
        app.db.insert_users(vec![grace].into_iter(), BEGIN).await.unwrap();
        let all = app.db.list_taken_names(None, 9).await.unwrap();
        assert_eq!(all.len(), 2);
        let after: Vec<UserId> = app.db.list_taken_names(Some(all[0].id), 9).await.unwrap().iter().map(|user| user.id).collect();
        assert_eq!(after, [all[1].id]);
    }
}
