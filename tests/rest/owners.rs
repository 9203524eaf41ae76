//! Registering another person's address first gains nothing once its owner confirms it.

use crate::{
    app::{Mail, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::Email,
    server::services::{Caller, Import, ImportedHash, NewMember},
};
use serde_json::{Value, json};
use std::time::Duration;

const EMAIL: &str = "victim@example.com";
const OWNERS: &str = "the secret of the owner";
/// The stranger uses the usual test password, because the imported hash was made from it.
const STRANGERS: &str = PASSWORD;
/// A hash of `PASSWORD`, made elsewhere.
const HASH: &str = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";

/// How the account of the address was created.
#[derive(Debug, Clone, Copy, PartialEq)]
enum AccountOrigin {
    Registered,
    /// The owner is invited, and the stranger registers without the invitation.
    Invited,
    Imported,
}

/// What the owner does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum OwnerAction {
    /// Registers, and uses whatever works in the mails.
    Registers,
    /// Requests a new password.
    Resets,
    /// Registers, requests the mail again, and uses the newest.
    ConfirmsNewest,
    /// Registers, and uses one of the earlier mails.
    ConfirmsOlder,
}

async fn post(app: &TestApp, route: &str, body: &Value) -> TestResponse {
    app.clock.advance(Duration::from_millis(1));
    app.post(&format!("/api/v1/auth/{route}")).json(body).send().await
}

async fn register(app: &TestApp, username: &str, password: &str) {
    let body = json!({ "email": EMAIL, "username": username, "name": username, "password": password });
    assert_eq!(post(app, "register", &body).await.status, 202);
}

async fn ask(app: &TestApp, route: &str) {
    assert_eq!(post(app, route, &json!({ "email": EMAIL })).await.status, 202);
}

async fn create_account(app: &TestApp, beginning: AccountOrigin) {
    match beginning {
        AccountOrigin::Registered => register(app, "stranger", STRANGERS).await,
        AccountOrigin::Invited => {
            let email = Email::parse(EMAIL).unwrap();
            let actor = claviger::server::domain::Actor::Cli;
            app.services.registration.invite(&email, actor, &Caller::command_line()).await.unwrap();
            register(app, "stranger", STRANGERS).await;
        }
        AccountOrigin::Imported => {
            let member = NewMember {
                email: Some(Email::parse(EMAIL).unwrap()),
                is_verified: false,
                username: None,
                name: None,
                roles: vec!["user".into()],
                password_hash: Some(ImportedHash::parse(HASH).unwrap()),
                created_at: None,
            };
            let mut import = Import::begin(&app.services.users).await.unwrap();
            import.add(1, member, Vec::new());
            import.finish().await.unwrap().ok().unwrap().insert(|| {}).await.unwrap();
        }
    }
}

/// Does everything that can be done with a mail. The new password is the owner's, who owns the mailbox.
async fn use_mail(app: &TestApp, mail: &Mail) {
    let Some(token) = mail.find_token() else { return };
    post(app, "verify-email", &json!({ "token": token })).await;
    if mail.template == "verify_email" {
        post(app, "verify-email", &json!({ "email": EMAIL, "code": mail.code() })).await;
    }
    post(app, "reset-password", &json!({ "token": token, "password": OWNERS })).await;
    if mail.template == "invitation" {
        let body = json!({ "email": EMAIL, "username": "owner", "password": OWNERS, "invitation": token });
        post(app, "register", &body).await;
    }
}

async fn act_as_the_owner(app: &TestApp, way: OwnerAction) {
    match way {
        OwnerAction::Registers => {
            register(app, "owner", OWNERS).await;
            for mail in app.mails_to(EMAIL).await {
                use_mail(app, &mail).await;
            }
        }
        OwnerAction::Resets => {
            ask(app, "forgot-password").await;
            for mail in app.mails_to(EMAIL).await.into_iter().filter(|mail| mail.template == "reset_password") {
                use_mail(app, &mail).await;
            }
        }
        OwnerAction::ConfirmsNewest => {
            register(app, "owner", OWNERS).await;
            ask(app, "resend-verification").await;
            use_mail(app, &app.mail_to(EMAIL).await).await;
        }
        OwnerAction::ConfirmsOlder => {
            let older = app.mails_to(EMAIL).await;
            register(app, "owner", OWNERS).await;
            for mail in older {
                use_mail(app, &mail).await;
            }
        }
    }
}

async fn is_confirmed(app: &TestApp) -> bool {
    app.count("SELECT count(*) FROM users WHERE email_normalized = 'victim@example.com' AND email_verified_at > 0")
        .await
        > 0
}

/// Checks one cell of the table.
async fn check(app: &TestApp, beginning: AccountOrigin, is_used_up: bool, way: OwnerAction) {
    let cell = format!("{beginning:?}, budget used up: {is_used_up}, {way:?}");
    create_account(app, beginning).await;
    if is_used_up {
        for _ in 0..6 {
            ask(app, "resend-verification").await;
            ask(app, "forgot-password").await;
        }
    }
    act_as_the_owner(app, way).await;
    for name in [EMAIL, "stranger"] {
        let body = json!({ "identifier": name, "password": STRANGERS });
        let answer = app.post("/api/auth/login").json(&body).send().await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "Invalid email or password"), "{cell}");
    }
    // In the other cases, mails from before the owner's registration may hold no working link.
    if matches!(way, OwnerAction::Registers | OwnerAction::Resets) {
        assert!(is_confirmed(app).await, "{cell}");
    }
    let answer = app.log_in(EMAIL, OWNERS).await;
    assert_eq!(answer.status == 200, is_confirmed(app).await, "{cell}: {}", answer.text);
    if way == OwnerAction::Registers {
        let profile = app.profile(answer.json()["token"].as_str().unwrap()).await.json();
        assert_eq!(profile["username"], "owner", "{cell}");
    }
}

/// Deletes the account of the address, its mails, links and attempts.
async fn clear(app: &TestApp) {
    app.run_sql("DELETE FROM users WHERE email_normalized = 'victim@example.com'").await;
    app.run_sql("DELETE FROM outbox").await;
    app.run_sql("DELETE FROM one_time_secrets").await;
    app.run_sql("DELETE FROM attempts").await;
}

/// Uses every link as a confirmation link.
async fn assert_no_link_confirms_without_a_new_password(app: &TestApp) {
    for mail in app.mails_to(EMAIL).await {
        if let Some(token) = mail.find_token() {
            post(app, "verify-email", &json!({ "token": token })).await;
        }
    }
    assert!(!is_confirmed(app).await, "no link but one that asks for a password");
}

async fn assert_only_the_owner_can_sign_in(app: &TestApp) {
    assert_eq!(app.log_in(EMAIL, STRANGERS).await.status, 400);
    assert_eq!(app.log_in(EMAIL, OWNERS).await.status, 200);
}

async fn check_all(app: &TestApp, beginning: AccountOrigin) {
    app.admin("root").await;
    for way in [OwnerAction::Registers, OwnerAction::Resets, OwnerAction::ConfirmsNewest, OwnerAction::ConfirmsOlder] {
        for is_used_up in [false, true] {
            check(app, beginning, is_used_up, way).await;
            clear(app).await;
        }
    }
}

on_both_databases! {
    async fn a_strangers_password_never_works_once_the_owner_confirms_the_address(app) {
        check_all(&app, AccountOrigin::Registered).await;
    }

    async fn a_strangers_password_never_works_for_an_invited_owner(app) {
        check_all(&app, AccountOrigin::Invited).await;
    }

    async fn a_strangers_password_never_works_for_an_imported_account(app) {
        check_all(&app, AccountOrigin::Imported).await;
    }

    async fn an_invited_owner_who_opens_every_link_never_confirms_a_strangers_password(app) {
        app.admin("root").await;
        for is_invited_first in [true, false] {
            if !is_invited_first {
                register(&app, "stranger", STRANGERS).await;
            }
            create_account(&app, AccountOrigin::Invited).await;
            assert_no_link_confirms_without_a_new_password(&app).await;
            assert_eq!(app.log_in(EMAIL, STRANGERS).await.status, 400);
            for mail in app.mails_to(EMAIL).await {
                use_mail(&app, &mail).await;
            }
            assert_only_the_owner_can_sign_in(&app).await;
            clear(&app).await;
        }
    }

    async fn requests_after_a_reset_request_never_confirm_a_strangers_password(app) {
        register(&app, "stranger", STRANGERS).await;
        ask(&app, "forgot-password").await;
        register(&app, "stranger", STRANGERS).await;
        ask(&app, "resend-verification").await;
        assert_no_link_confirms_without_a_new_password(&app).await;
        use_mail(&app, &app.mail_to(EMAIL).await).await;
        assert_only_the_owner_can_sign_in(&app).await;
    }

    async fn requests_after_a_second_registration_never_restore_the_first_password(app) {
        register(&app, "stranger", STRANGERS).await;
        register(&app, "owner", OWNERS).await;
        for _ in 0..3 {
            register(&app, "stranger", STRANGERS).await;
            ask(&app, "resend-verification").await;
        }
        assert_no_link_confirms_without_a_new_password(&app).await;
        use_mail(&app, &app.mail_to(EMAIL).await).await;
        assert_only_the_owner_can_sign_in(&app).await;
    }
}
