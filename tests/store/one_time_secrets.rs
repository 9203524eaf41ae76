//! Secrets that work once.

use super::{DAY, MINUTE, event};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
    races::race,
};
use claviger::{
    model::{ADMIN, DisplayName, Email, Timestamp},
    server::{
        domain::{AuditAction, SecretPurpose},
        randomness::Randomness,
        store::{NewSecret, NewUser, StoreError},
    },
};

async fn store_secret(app: &TestApp, digest: &str) {
    let secret = NewSecret {
        id: Randomness::system().secret_id(BEGIN),
        purpose: SecretPurpose::SetUp,
        subject: "installation".into(),
        digest: digest.into(),
        code_digest: None,
        address: String::new(),
        epoch: 0,
        about_address: None,
        session: None,
        expires_at: BEGIN + DAY,
    };
    app.db.insert_secret(secret, BEGIN).await.unwrap();
}

fn administrator(name: &str) -> NewUser {
    NewUser {
        id: Randomness::system().user_id(BEGIN),
        email: Email::parse(&format!("{name}@example.com")).unwrap(),
        is_verified: true,
        username: None,
        name: DisplayName::parse(name).unwrap(),
        roles: vec![ADMIN.into()],
        password_hash: Some("$x".into()),
        created_at: BEGIN,
    }
}

async fn set_up(app: &TestApp, name: &str, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    let made = event(AuditAction::AdministratorSetUp, None);
    app.db.insert_first_administrator(administrator(name), digest.into(), made, now).await
}

on_both_databases! {
    async fn the_newest_secret_invalidates_the_older_ones(app) {
        store_secret(&app, "old").await;
        store_secret(&app, "new").await;
        assert!(app.db.find_live_secret("old", BEGIN).await.unwrap().is_none());
        assert!(app.db.find_live_secret("new", BEGIN).await.unwrap().is_some());
        assert!(matches!(set_up(&app, "ada", "old", BEGIN).await, Err(StoreError::Missing)));
    }

    async fn a_secret_expires(app) {
        store_secret(&app, "one").await;
        assert!(app.db.find_live_secret("one", BEGIN + DAY).await.unwrap().is_none());
        assert!(matches!(set_up(&app, "ada", "one", BEGIN + DAY).await, Err(StoreError::Missing)));
        set_up(&app, "ada", "one", BEGIN + DAY - MINUTE).await.unwrap();
    }

    async fn a_failure_uses_up_no_secret(app) {
        app.user("ada").await;
        store_secret(&app, "one").await;
        assert!(matches!(set_up(&app, "ada", "one", BEGIN).await, Err(StoreError::Taken)));
        set_up(&app, "grace", "one", BEGIN).await.unwrap();
        assert!(matches!(set_up(&app, "joan", "one", BEGIN).await, Err(StoreError::Missing)));
        store_secret(&app, "two").await;
        assert!(matches!(set_up(&app, "joan", "two", BEGIN).await, Err(StoreError::Forbidden)));
    }

    async fn twenty_concurrent_uses_create_one_administrator(app) {
        store_secret(&app, "one").await;
        let ends = race(20, |number| {
            let app = app.clone();
            async move { set_up(&app, &format!("user{number}"), "one", BEGIN).await.is_ok() }
        })
        .await;
        assert_eq!(ends.iter().filter(|made| **made).count(), 1);
        assert_eq!(app.count(crate::app::USERS).await, 1);
    }
}
