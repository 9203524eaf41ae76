//! Sign-ins with the right password during changes to the user.

use super::race;
use crate::{
    app::{PASSWORD, TestApp, TestResponse, rounds},
    on_both_databases,
};
use claviger::{
    model::{Password, User},
    server::{
        domain::{Actor, UserChange},
        services::Caller,
    },
};

const NEW: &str = "another good password";

/// Signs in concurrently while `change` runs again and again.
async fn sign_in_during<F>(app: &TestApp, user: &User, change: impl Fn(TestApp, User, usize) -> F) -> Vec<TestResponse>
where
    F: Future<Output = ()> + Send + 'static,
{
    let answers = race(4, |racer| {
        let (app, user) = (app.clone(), user.clone());
        let changes: Vec<_> = (0..5).map(|number| change(app.clone(), user.clone(), number)).collect();
        async move {
            if racer > 0 {
                return Some(app.log_in(user.email.as_str(), PASSWORD).await);
            }
            for change in changes {
                change.await;
            }
            None
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

on_both_databases! {
    async fn the_right_password_signs_in_during_changes_of_roles_and_sign_outs_everywhere(app) {
        app.admin("root").await;
        for round in 0..rounds(20, 300) {
            let user = app.user(&format!("user{round}")).await;
            let answers = sign_in_during(&app, &user, |app, user, number| async move {
                let roles = if number % 2 == 0 { vec!["admin".into(), "user".into()] } else { vec!["user".into()] };
                let change = if number == 4 { UserChange::SignOutEverywhere } else { UserChange::Roles(roles) };
                app.change(user.id, change).await;
            })
            .await;
            for answer in answers {
                assert_eq!(answer.status, 200, "round {round}: {}", answer.text);
            }
        }
    }

    async fn the_right_password_during_a_ban_gets_the_ban_as_its_response(app) {
        for round in 0..rounds(20, 300) {
            let user = app.user(&format!("user{round}")).await;
            let answers = sign_in_during(&app, &user, |app, user, _| async move {
                app.change(user.id, UserChange::Ban { until: None, reason: None }).await;
            })
            .await;
            for answer in answers {
                let is_answered = answer.status == 200 || answer.error() == "User banned";
                assert!(is_answered, "round {round}: {}", answer.text);
            }
            let late = app.log_in(user.email.as_str(), PASSWORD).await;
            assert_eq!(late.error(), "User banned");
        }
    }

    /// A different new password makes the old one wrong; setting the same password again does not.
    async fn a_password_set_in_the_meantime_is_checked_again(app) {
        for round in 0..rounds(20, 300) {
            let user = app.user(&format!("user{round}")).await;
            let chosen = if round % 2 == 0 { NEW } else { PASSWORD };
            let answers = sign_in_during(&app, &user, move |app, user, _| async move {
                let password = Password::choose(chosen, 8, &[]).unwrap();
                app.services.users.set_password(user.id, password, Actor::Cli, &Caller::command_line()).await.unwrap();
            })
            .await;
            for answer in answers {
                let is_wrong = chosen == NEW && answer.error() == "Invalid email or password";
                assert!(answer.status == 200 || is_wrong, "round {round}: {}", answer.text);
            }
        }
    }
}
