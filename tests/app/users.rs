//! The users of a test.

use super::{PASSWORD, TestApp};
use claviger::{
    model::{Email, Password, Permission, USER, User, UserId, Username},
    server::{
        domain::{Actor, NewRole, UserChange},
        services::{Caller, NewAccount},
    },
};

impl TestApp {
    /// Creates a user with the confirmed address `<name>@example.com`, this username, and `PASSWORD`.
    pub async fn user(&self, name: &str) -> User {
        self.user_with(name, &[USER], true).await
    }

    /// Like [`Self::user`], with the role `admin` as well.
    pub async fn admin(&self, name: &str) -> User {
        self.user_with(name, &["admin", USER], true).await
    }

    pub async fn user_with(&self, name: &str, roles: &[&str], is_verified: bool) -> User {
        let account = NewAccount {
            email: Email::parse(&format!("{name}@example.com")).unwrap(),
            is_verified,
            username: Some(Username::parse(name).unwrap()),
            name: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            password: Some(Password::choose(PASSWORD, 8, &[]).unwrap()),
        };
        let id = self.services.users.create(account, Actor::Cli, &Caller::command_line()).await.unwrap();
        self.find(id).await
    }

    /// Creates a user with a role of the same name that grants only these permissions.
    pub async fn user_with_permissions(&self, name: &str, permissions: &[Permission]) -> User {
        let role =
            NewRole { name: name.parse().unwrap(), description: String::new(), permissions: permissions.to_vec() };
        self.services.roles.create(role, Actor::Cli, &Caller::command_line()).await.unwrap();
        self.user_with(name, &[name], true).await
    }

    pub async fn find(&self, id: UserId) -> User {
        self.services.users.find(id).await.unwrap().unwrap()
    }

    /// Changes a user as the command line does.
    pub async fn change(&self, id: UserId, change: UserChange) -> User {
        self.services.users.change(id, change, Actor::Cli, &Caller::command_line()).await.unwrap()
    }
}
