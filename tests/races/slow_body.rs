//! Bodies that arrive late: the permissions that count are those of the moment when the request is complete.

use crate::{
    app::{Browser, TestApp, TestResponse, rounds},
    on_both_databases,
};
use claviger::{
    model::{Email, Password, SessionId, User},
    server::{
        domain::{Actor, UserChange},
        services::Caller,
    },
};
use serde_json::json;

/// How a user loses access.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Demotion,
    Ban,
    SignOut,
    SignOutEverywhere,
    NewPassword,
}

const LOSSES: [Loss; 5] = [Loss::Demotion, Loss::Ban, Loss::SignOut, Loss::SignOutEverywhere, Loss::NewPassword];

/// Takes access away from a user's session, as another request or the command line does.
async fn revoke_access(app: &TestApp, user: &User, session: SessionId, loss: Loss) {
    let caller = Caller::command_line();
    let change = match loss {
        Loss::Demotion => UserChange::Roles(vec!["user".into()]),
        Loss::Ban => UserChange::Ban { until: None, reason: None },
        Loss::SignOutEverywhere => UserChange::SignOutEverywhere,
        Loss::SignOut => {
            app.services.sessions.sign_out(session, user.id, &caller).await.unwrap().unwrap();
            return;
        }
        Loss::NewPassword => {
            let password = Password::choose("another good password", 8, &[]).unwrap();
            app.services.users.set_password(user.id, password, Actor::Cli, &caller).await.unwrap();
            return;
        }
    };
    app.change(user.id, change).await;
}

/// Sends a REST request, some of which only an administrator may send.
async fn by_bearer(app: &TestApp, bearer: &str, round: usize, meanwhile: impl Future<Output = ()>) -> TestResponse {
    let (method, route, body) = match round % 5 {
        0 => ("POST", "invitations", json!({ "email": "guest@example.com" })),
        1 => ("POST", "users/me/email", json!({ "email": "thief@example.com" })),
        2 => ("PATCH", "users/me", json!({ "name": "Thief" })),
        3 => ("POST", "auth/confirm", json!({ "password": crate::app::PASSWORD })),
        _ => (
            "POST",
            "users/me/password",
            json!({
                "currentPassword": crate::app::PASSWORD, "newPassword": "the password of a thief"
            }),
        ),
    };
    let asking = app.request(method, &format!("/api/v1/{route}")).bearer(bearer);
    asking.header("content-type", "application/json").send_around(body.to_string(), meanwhile).await
}

async fn by_form(
    app: &TestApp,
    browser: &Browser,
    path: &str,
    fields: &[(&str, &str)],
    meanwhile: impl Future<Output = ()>,
) -> TestResponse {
    let asking = app.post(path).same_origin().cookies(&browser.header()).header("accept", "application/json");
    let asking = asking.header("content-type", "application/x-www-form-urlencoded");
    asking.send_around(serde_urlencoded::to_string(fields).unwrap(), meanwhile).await
}

/// A form that only an administrator may post.
fn admin_form(round: usize) -> (&'static str, Vec<(&'static str, &'static str)>) {
    match round % 3 {
        0 => ("/fn/invite", vec![("email", "guest@example.com")]),
        1 => ("/fn/end_sessions", vec![("scope", "all")]),
        _ => ("/fn/end_sessions", vec![("scope", "others")]),
    }
}

/// A form that any user may post.
fn own_form(round: usize) -> (&'static str, Vec<(&'static str, &'static str)>) {
    match round % 6 {
        0 => ("/fn/change_email", vec![("email", "thief@example.com")]),
        1 => ("/fn/rename", vec![("name", "Thief")]),
        2 => ("/fn/end_other_sessions", vec![("x", "x")]),
        3 => ("/fn/delete_account", vec![("sure", "yes")]),
        4 => ("/fn/confirm", vec![("password", crate::app::PASSWORD)]),
        _ => (
            "/fn/change_password",
            vec![("current_password", crate::app::PASSWORD), ("new_password", "the password of a thief")],
        ),
    }
}

/// Asserts that `user` did nothing but sign in and out.
async fn assert_nothing_done(app: &TestApp, user: &User, what: &str) {
    let events = app.db.latest_audit_of(user.id, 100).await.unwrap();
    for event in events.iter().filter(|event| event.actor.user().is_some()) {
        assert!(
            matches!(event.action.as_str(), "sign_in.succeeded" | "sign_out" | "access.denied"),
            "{what}: {}",
            event.action
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM audit WHERE action IN ('user.invited', 'sessions.ended')").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM one_time_secrets").await, 0, "{what}");
    assert_eq!(app.find(user.id).await.name, user.name, "{what}");
}

/// A node that has not polled the revocation yet first finds that the old password is wrong.
fn refuses_the_old_password(loss: Loss, answer: &TestResponse) -> bool {
    matches!(loss, Loss::NewPassword) && answer.text.contains("Incorrect password")
}

/// Access is taken away on `node`, which may differ from the node that gets the request.
async fn assert_no_bearer_outlives_its_access(app: &TestApp, node: &TestApp) {
    app.admin("root").await;
    for round in 0..rounds(25, 300) {
        let (loss, what) = (LOSSES[round / 5 % 5], format!("{round}: {:?}", LOSSES[round / 5 % 5]));
        let ada = app.admin(&format!("ada{round}")).await;
        let (bearer, _) = app.tokens(&format!("ada{round}")).await;
        let taken = revoke_access(node, &ada, TestApp::session_of(&bearer), loss);
        let answer = Box::pin(by_bearer(app, &bearer, round, taken)).await;
        if !refuses_the_old_password(loss, &answer) {
            assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"), "{what}");
        }
        assert_nothing_done(app, &ada, &what).await;
    }
}

async fn assert_no_form_outlives_its_access(app: &TestApp, node: &TestApp) {
    app.admin("root").await;
    for round in 0..rounds(30, 300) {
        let loss = LOSSES[round / 6 % 5];
        let what = format!("{round}: {loss:?}");
        let ada = app.admin(&format!("ada{round}")).await;
        let browser = app.signed_in(&format!("ada{round}")).await;
        let ((path, fields), expected) = match loss {
            // A browser session continues with the user's current roles.
            Loss::Demotion => (admin_form(round), &[403, 401][..]),
            _ if round % 2 == 0 => (admin_form(round / 2), &[401][..]),
            _ => (own_form(round / 2), &[401][..]),
        };
        let session = TestApp::session_of(&browser.cookie("claviger-access").unwrap());
        let answer = Box::pin(by_form(app, &browser, path, &fields, revoke_access(node, &ada, session, loss))).await;
        if !refuses_the_old_password(loss, &answer) {
            assert!(expected.contains(&answer.status), "{what}: {path} is {} {}", answer.status, answer.text);
        }
        assert_nothing_done(app, &ada, &what).await;
    }
}

on_both_databases! {
    async fn no_bearer_outlives_its_access_while_the_body_arrives(app) {
        assert_no_bearer_outlives_its_access(&app, &app).await;
    }

    /// Until this node has polled the change, only the transaction knows of it.
    async fn no_bearer_outlives_access_revoked_on_another_node(app) {
        let node = app.restart(&[]).await;
        assert_no_bearer_outlives_its_access(&app, &node).await;
        node.db.close().await;
    }

    async fn no_form_outlives_its_access_while_the_body_arrives(app) {
        Box::pin(assert_no_form_outlives_its_access(&app, &app)).await;
    }

    async fn no_form_outlives_access_revoked_on_another_node(app) {
        let node = app.restart(&[]).await;
        Box::pin(assert_no_form_outlives_its_access(&app, &node)).await;
        node.db.close().await;
    }

    async fn a_late_body_sent_with_cookies_has_the_current_roles(app) {
        let ada = app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let promotion = UserChange::Roles(vec!["admin".into(), "user".into()]);
        let fields = [("email", "guest@example.com")];
        let promote = async { app.change(ada.id, promotion).await; };
        let answer = Box::pin(by_form(&app, &browser, "/fn/invite", &fields, promote)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.invited'").await, 1);
        // Without the refresh cookie, a stale token is rejected, as at the start of a request.
        app.admin("root").await;
        browser.drop_cookie("claviger-refresh");
        let demotion = UserChange::Roles(vec!["user".into()]);
        let demote = async { app.change(ada.id, demotion).await; };
        let answer = Box::pin(by_form(&app, &browser, "/fn/rename", &[("name", "Ada L")], demote)).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
    }

    async fn an_access_token_that_expires_while_the_body_arrives_counts_as_expired(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let expire = async { app.pass(16 * 60) };
        let answer = by_form(&app, &browser, "/fn/rename", &[("name", "Ada L")], expire).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let (bearer, _) = app.tokens("ada").await;
        let expire = async { app.pass(24 * 3600) };
        let answer = by_bearer(&app, &bearer, 2, expire).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "Token expired"));
    }

    async fn a_missing_permission_is_reported_whatever_was_sent(app) {
        app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        for body in ["", "{", "[]", "{\"email\": 1}"] {
            let asking = app.post("/api/v1/invitations").bearer(&bearer).header("content-type", "text/plain");
            assert_eq!(asking.body(body).send().await.status, 403, "{body}");
            assert_eq!(app.post("/api/v1/invitations").body(body).send().await.status, 401, "{body}");
            assert_eq!(app.post("/api/v1/tokens/inspect").body(body).send().await.status, 401, "{body}");
        }
    }

    /// The owner's password reset is faster than the body of the thief, who has copied the token.
    async fn a_link_that_a_thief_requested_too_late_does_not_work(app) {
        let ada = app.user("ada").await;
        let (bearer, _) = app.tokens("ada").await;
        app.post("/api/v1/auth/forgot-password").json(&json!({ "email": "ada@example.com" })).send().await;
        let token = app.mail_to("ada@example.com").await.token();
        let reset = async {
            let body = json!({ "token": token, "password": "the owner's new password" });
            let answer = app.post("/api/v1/auth/reset-password").json(&body).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        };
        let answer = by_bearer(&app, &bearer, 1, reset).await;
        assert_eq!(answer.error(), "Token revoked");
        assert!(app.templates_to("thief@example.com").await.is_empty());
        assert_eq!(app.find(ada.id).await.email, Email::parse("ada@example.com").unwrap());
    }
}
