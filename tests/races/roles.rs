//! Changes of roles racing with changes of the users who hold them.

use super::race;
use crate::{
    app::{TestApp, rounds},
    on_both_databases,
};
use claviger::{
    model::{Permission, RoleGrant, UserId},
    server::{
        domain::{Actor, NewRole, UserChange},
        services::{Caller, RoleError, UserError},
    },
};

const TASKS: usize = 16;
const HOLDERS: usize = 8;

fn role(name: &str, permissions: &[Permission]) -> NewRole {
    NewRole { name: name.parse().unwrap(), description: String::new(), permissions: permissions.to_vec() }
}

/// Changes a role or one of its holders, in a mix that differs from task to task.
async fn change(app: &TestApp, holders: &[UserId], number: usize) -> Result<(), String> {
    let caller = Caller::command_line();
    let (user, users) = (holders[number / 2 % HOLDERS], &app.services.users);
    let role_named = |name| async move {
        let role = role(name, &[[Permission::UsersRead, Permission::RolesRead][number / 4 % 2]]);
        app.services.roles.replace(role, None, Actor::Cli, &Caller::command_line()).await.map(drop)
    };
    let change = match number % 4 {
        0 => return role_named("first").await.map_err(|error: RoleError| format!("first: {error:?}")),
        1 => return role_named("second").await.map_err(|error: RoleError| format!("second: {error:?}")),
        2 => UserChange::Roles(["first", "second", "user"].map(RoleGrant::from).into()),
        _ => UserChange::SignOutEverywhere,
    };
    let done = users.change(user, change, Actor::Cli, &caller).await;
    done.map(drop).map_err(|error: UserError| format!("{user}: {error:?}"))
}

on_both_databases! {
    /// A deadlock would make the database end one of them.
    async fn changes_of_roles_and_of_their_holders_do_not_wait_for_each_other_for_ever(app) {
        let caller = Caller::command_line();
        for name in ["first", "second"] {
            app.services.roles.create(role(name, &[]), Actor::Cli, &caller).await.unwrap();
        }
        let mut holders = Vec::new();
        for number in 0..HOLDERS {
            let name = format!("user{number}");
            holders.push(app.user_with(&name, &["first", "second", "user"], true).await.id);
            app.tokens(&name).await;
        }
        for round in 0..rounds(10, 200) {
            let done = race(TASKS, |number| {
                let (app, holders) = (app.clone(), holders.clone());
                async move { change(&app, &holders, number).await }
            })
            .await;
            let failed: Vec<_> = done.into_iter().filter_map(Result::err).collect();
            assert_eq!(failed, Vec::<String>::new(), "round {round}");
        }
    }
}
