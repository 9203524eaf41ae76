//! How many mails one address gets that anybody can ask for.

use super::{email, queue, verification};
use crate::{on_both_databases, races::race};

on_both_databases! {
    async fn an_address_gets_five_mails_an_hour_however_it_is_spelled(app) {
        let ask = |name: &'static str| {
            let app = app.clone();
            async move { queue(&app, app.services.mail.requested(&email(name), &verification())).await.is_some() }
        };
        for name in ["ada", "ADA", "Ada", "aDa", "adA"] {
            assert!(ask(name).await, "{name}");
            app.pass(1);
        }
        assert!(!ask("ada").await);
        assert!(ask("grace").await, "another address has a count of its own");
        app.pass(3595);
        assert!(ask("ada").await, "the first is an hour old");
        assert!(!ask("ada").await);
    }

    async fn of_twenty_asked_for_at_once_five_are_queued(app) {
        let queued = race(20, |_| {
            let app = app.clone();
            async move { queue(&app, app.services.mail.requested(&email("ada"), &verification())).await.is_some() }
        })
        .await;
        assert_eq!(queued.iter().filter(|queued| **queued).count(), 5);
    }

    async fn notices_are_always_queued_and_count_for_nothing(app) {
        for _ in 0..10 {
            assert!(queue(&app, app.services.mail.notice(&email("ada"), &verification())).await.is_some());
        }
        assert!(queue(&app, app.services.mail.requested(&email("ada"), &verification())).await.is_some());
    }
}
