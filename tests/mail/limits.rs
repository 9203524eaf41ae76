//! How many mails that anyone can request one address gets.

use super::{email, queue, verification};
use crate::{on_both_databases, races::race};
use claviger::{
    model::Email,
    server::services::{MailBudget, MailTemplate},
};

on_both_databases! {
    async fn an_address_gets_five_mails_an_hour_in_any_spelling(app) {
        let ask = |name: &'static str| {
            let app = app.clone();
            async move { queue(&app, app.services.mail.requested(&email(name), &verification(), MailBudget::Mailbox)).await.is_some() }
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

    async fn addresses_that_differ_only_after_a_plus_are_one_mailbox(app) {
        let ask = |address: String| {
            let app = app.clone();
            async move {
                let email = Email::parse(&address).unwrap();
                queue(&app, app.services.mail.requested(&email, &verification(), MailBudget::Mailbox)).await.is_some()
            }
        };
        for number in 0..5 {
            assert!(ask(format!("ada+{number}@example.com")).await, "{number}");
        }
        for address in ["ada+6@example.com", "ada@example.com", "Ada+a+b@EXAMPLE.com"] {
            assert!(!ask(address.to_owned()).await, "{address}");
        }
        assert!(ask("a.da+1@example.com".to_owned()).await, "another mailbox");
    }

    async fn each_purpose_has_its_own_budget(app) {
        let link = || "https://auth.example.com/x?token=y".to_owned();
        let templates = [
            verification(),
            MailTemplate::ResetPassword { link: link() },
            MailTemplate::ConfirmNewEmail { link: link(), code: "12345678".into() },
        ];
        for template in &templates {
            for number in 0..6 {
                let mail = app.services.mail.requested(&email("ada"), template, MailBudget::Mailbox);
                assert_eq!(queue(&app, mail).await.is_some(), number < 5, "{template:?} {number}");
            }
        }
    }

    async fn of_twenty_concurrent_requests_five_are_queued(app) {
        let queued = race(20, |_| {
            let app = app.clone();
            async move { queue(&app, app.services.mail.requested(&email("ada"), &verification(), MailBudget::Mailbox)).await.is_some() }
        })
        .await;
        assert_eq!(queued.iter().filter(|queued| **queued).count(), 5);
    }

    async fn notices_are_always_queued_and_use_no_budget(app) {
        for _ in 0..10 {
            assert!(queue(&app, app.services.mail.notice(&email("ada"), &verification())).await.is_some());
        }
        assert!(queue(&app, app.services.mail.requested(&email("ada"), &verification(), MailBudget::Mailbox)).await.is_some());
    }
}
