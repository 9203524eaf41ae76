//! Refreshes racing against everything that ends sessions.

use super::race;
use crate::{
    app::{BEGIN, TestApp, rounds},
    on_both_databases,
};
use claviger::{
    model::Password,
    server::{
        domain::{Actor, UserChange},
        services::{Caller, Ending},
    },
};

/// What ends a session during a refresh.
#[derive(Clone, Copy, Debug)]
enum End {
    SignOut,
    Ban,
    Password,
    Everywhere,
    ByAdministrator,
}

async fn end(app: &TestApp, access: &str, how: End) {
    let claims = crate::app::claims_of(access);
    let user = claims["sub"].as_str().unwrap().parse().unwrap();
    let caller = Caller::command_line();
    let users = &app.services.users;
    match how {
        End::SignOut => {
            let session = TestApp::session_of(access);
            app.services.sessions.sign_out(session, user, &caller).await.unwrap();
        }
        End::Ban => {
            let ban = UserChange::Ban { until: None, reason: None };
            users.change(user, ban, Actor::Cli, &caller).await.unwrap();
        }
        End::Password => {
            let password = Password::choose("another good password", 8, &[]).unwrap();
            users.set_password(user, password, Actor::Cli, &caller).await.unwrap();
        }
        End::ByAdministrator => {
            app.services.monitor.end(Ending::OfUser(user), Actor::User(user), &caller).await.unwrap();
        }
        End::Everywhere => {
            users.change(user, UserChange::SignOutEverywhere, Actor::Cli, &caller).await.unwrap();
        }
    }
}

/// Asserts that no token of the family works after the race, whatever its outcome.
async fn assert_nothing_survives(app: &TestApp, how: End) {
    for round in 0..rounds(20, 100) {
        let name = format!("user{round}");
        app.user(&name).await;
        let (access, refresh) = app.tokens(&name).await;
        app.pass(11);
        let answers = race(4, |number| {
            let (app, access, refresh) = (app.clone(), access.clone(), refresh.clone());
            async move {
                if number == 0 {
                    end(&app, &access, how).await;
                    None
                } else {
                    Some(app.refresh(&refresh).await)
                }
            }
        })
        .await;
        let mut tokens = vec![(access, refresh)];
        for answer in answers.into_iter().flatten().filter(|answer| answer.status == 200) {
            let text = |key: &str| answer.json()[key].as_str().unwrap().to_owned();
            tokens.push((text("token"), text("refreshToken")));
        }
        for (access, refresh) in tokens {
            assert_eq!(app.profile(&access).await.error(), "Token revoked", "{how:?}, round {round}");
            assert_eq!(app.refresh(&refresh).await.error(), "Token revoked", "{how:?}, round {round}");
        }
    }
}

on_both_databases! {
    async fn refresh_racing_sign_out_leaves_no_live_session(app) {
        assert_nothing_survives(&app, End::SignOut).await;
    }

    async fn refresh_racing_a_ban_leaves_no_live_session(app) {
        assert_nothing_survives(&app, End::Ban).await;
    }

    async fn refresh_racing_a_change_of_password_leaves_no_live_session(app) {
        assert_nothing_survives(&app, End::Password).await;
    }

    async fn refresh_racing_an_administrator_leaves_no_live_session(app) {
        assert_nothing_survives(&app, End::ByAdministrator).await;
    }

    async fn refresh_racing_sign_out_everywhere_leaves_no_live_session(app) {
        assert_nothing_survives(&app, End::Everywhere).await;
    }

    /// A sign-in with the old password must not outlive the change that ends its sessions.
    async fn sign_in_racing_a_change_of_password_leaves_no_session_of_the_old_one(app) {
        for round in 0..rounds(20, 100) {
            let name = format!("user{round}");
            let user = app.user(&name).await;
            let answers = race(3, |number| {
                let (app, name) = (app.clone(), name.clone());
                async move {
                    if number == 0 {
                        let password = Password::choose("another good password", 8, &[]).unwrap();
                        let caller = Caller::command_line();
                        app.services.users.set_password(user.id, password, Actor::Cli, &caller).await.unwrap();
                        None
                    } else {
                        Some(app.log_in(&format!("{name}@example.com"), crate::app::PASSWORD).await)
                    }
                }
            })
            .await;
            for answer in answers.into_iter().flatten().filter(|answer| answer.status == 200) {
                let token = answer.json()["token"].as_str().unwrap().to_owned();
                assert_eq!(app.profile(&token).await.error(), "Token revoked");
            }
            assert_eq!(app.services.sessions.count_of(user.id).await.unwrap(), 0, "round {round}");
        }
    }

    async fn two_administrators_who_demote_each_other_leave_one(app) {
        for round in 0..rounds(20, 100) {
            let first = app.admin(&format!("first{round}")).await;
            let second = app.admin(&format!("second{round}")).await;
            let ends = race(2, |number| {
                let (app, id) = (app.clone(), if number == 0 { first.id } else { second.id });
                async move {
                    let demotion = UserChange::Roles(vec!["user".into()]);
                    app.services.users.change(id, demotion, Actor::Cli, &Caller::command_line()).await.is_ok()
                }
            })
            .await;
            assert_eq!(ends.iter().filter(|done| **done).count(), 1, "round {round}");
            assert_eq!(app.count("SELECT count(*) FROM user_roles WHERE role = 'admin'").await, 1);
            // Demotes the remaining administrator to make room for the next round's two.
            let left = if ends[0] { second.id } else { first.id };
            app.run_sql("DELETE FROM user_roles WHERE role = 'admin'").await;
            assert!(app.find(left).await.roles.iter().all(|role| role.name != "admin"));
        }
    }

    async fn a_role_change_takes_effect_at_the_next_request_and_keeps_the_session(app) {
        let ada = app.admin("ada").await;
        app.admin("grace").await;
        let browser = app.signed_in("ada").await;
        let (access, _) = app.tokens("ada").await;
        let demotion = UserChange::Roles(vec!["user".into()]);
        app.services.users.change(ada.id, demotion, Actor::Cli, &Caller::command_line()).await.unwrap();
        assert_eq!(app.profile(&access).await.error(), "Token revoked");
        let answer = browser.get("/api/user/profile").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["roles"], serde_json::json!(["user"]));
        assert_eq!(answer.set_cookies().len(), 2, "the stale access cookie is refreshed");
    }

    async fn two_nodes_see_each_others_revocations_whatever_their_clocks_say(app) {
        let ada = app.user("ada").await;
        let (access, _) = app.tokens("ada").await;
        let bob = app.user("bob").await;
        let (other, _) = app.tokens("bob").await;
        app.pass(3600);
        let (session, caller) = (TestApp::session_of(&other), Caller::command_line());
        app.services.sessions.sign_out(session, bob.id, &caller).await.unwrap();
        let revocations = app.services.sessions.revocations();
        revocations.poll().await.unwrap();
        // The other node's clock is an hour behind.
        let node = app.node_at(BEGIN).await;
        let ban = UserChange::Ban { until: None, reason: None };
        node.services.users.change(ada.id, ban, Actor::Cli, &Caller::command_line()).await.unwrap();
        revocations.poll().await.unwrap();
        assert_eq!(app.profile(&access).await.error(), "Token revoked");
        assert_eq!(node.profile(&other).await.error(), "Token revoked");
        node.db.close().await;
    }

    async fn fifty_concurrent_users_of_one_name_become_one_user(app) {
        let ends = race(50, |_| {
            let app = app.clone();
            async move {
                let account = claviger::server::services::NewAccount {
                    email: claviger::model::Email::parse("Ada@example.com").unwrap(),
                    is_verified: true,
                    username: None,
                    name: None,
                    roles: vec!["user".into()],
                    password: Some(Password::choose(crate::app::PASSWORD, 8, &[]).unwrap()),
                };
                app.services.users.create(account, Actor::Cli, &Caller::command_line()).await.is_ok()
            }
        })
        .await;
        assert_eq!(ends.iter().filter(|made| **made).count(), 1);
        assert_eq!(app.count(crate::app::USERS).await, 1);
    }
}
