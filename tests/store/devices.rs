//! The number of known devices per user is limited.

use super::{MINUTE, event, new_session};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::{Timestamp, User},
    server::{
        domain::{AuditAction, AuditEvent},
        randomness::Randomness,
        store::{DeviceUse, KnownDevice, NewSession},
    },
};

async fn sign_in(app: &TestApp, user: &User, device: u32, at: Timestamp) {
    let device = Some(DeviceUse { device: format!("device {device}"), replaces: None });
    let session = NewSession { id: Randomness::system().session_id(at), device, ..new_session(user) };
    let event = AuditEvent { id: Randomness::system().audit_id(at), at, ..event(AuditAction::SignedIn, Some(user.id)) };
    app.db.insert_session(session, event).await.unwrap();
}

on_both_databases! {
    async fn the_least_recently_seen_device_makes_room_for_the_hundred_and_first(app) {
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        sign_in(&app, &bob, 1, BEGIN).await;
        for number in 1..=100 {
            sign_in(&app, &ada, number, BEGIN + MINUTE * number).await;
        }
        sign_in(&app, &ada, 1, BEGIN + MINUTE * 101).await;
        sign_in(&app, &ada, 101, BEGIN + MINUTE * 102).await;
        for (device, user, known) in [
            (1, &ada, KnownDevice::Trusted),
            (2, &ada, KnownDevice::No),
            (3, &ada, KnownDevice::Trusted),
            (101, &ada, KnownDevice::Trusted),
            (1, &bob, KnownDevice::Trusted),
        ] {
            assert_eq!(app.db.find_device(&format!("device {device}"), user.id).await.unwrap(), known, "{device}");
        }
        assert_eq!(app.count("SELECT count(*) FROM devices").await, 101);
    }
}
