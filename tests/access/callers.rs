//! The callers of the tables.

use crate::app::{Browser, TestApp};
use claviger::{
    model::{Permission, USER, User},
    server::{
        domain::{Actor, NewRole},
        services,
    },
};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use strum::VariantArray;

/// Who tries an operation, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Not signed in.
    Anonymous,
    /// The user whose objects the line names.
    Owner,
    /// Another user.
    Other,
    Auditor,
    /// A user with exactly the permissions that the line names.
    Allowed,
    /// A user with every permission but this one.
    Lacking(Permission),
    Admin,
}

pub const CALLERS: [Caller; 7] = [
    Caller::Anonymous,
    Caller::Owner,
    Caller::Other,
    Caller::Auditor,
    Caller::Allowed,
    Caller::Lacking(Permission::UsersRead),
    Caller::Admin,
];

/// Everyone in one try of an operation. Each try has users of its own, because an operation may change or delete them.
pub struct Cast {
    pub app: TestApp,
    /// Makes names unique.
    pub number: u32,
    pub owner: User,
    /// `None` for an anonymous caller.
    pub caller: Option<User>,
    /// The caller's API key, if they use one.
    key: Option<String>,
}

static TRIES: AtomicU32 = AtomicU32::new(0);

/// Creates the administrator who is never among the callers, and a role with and without each permission.
pub async fn set_up(app: &TestApp) {
    app.admin("root").await;
    for permission in Permission::VARIANTS {
        let others = Permission::VARIANTS.iter().filter(|other| *other != permission).copied().collect();
        for (name, permissions) in [(only(*permission), vec![*permission]), (all_but(*permission), others)] {
            create_role(app, &name, permissions).await;
        }
    }
}

fn only(permission: Permission) -> String {
    format!("only-{permission}").replace(':', "-")
}

fn all_but(permission: Permission) -> String {
    format!("all-but-{permission}").replace(':', "-")
}

pub async fn create_role(app: &TestApp, name: &str, permissions: Vec<Permission>) {
    let role = NewRole { name: name.parse().unwrap(), description: String::new(), permissions };
    app.services.roles.create(role, Actor::Cli, &services::Caller::command_line()).await.unwrap();
}

/// Creates an API key of the user with this token. Returns it with its id.
pub async fn create_key(app: &TestApp, token: &str, scopes: &[Permission]) -> (String, String) {
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let body = json!({ "name": "ci", "scopes": scopes });
    let created = app.post("/api/v1/api-keys").bearer(token).json(&body).send().await;
    assert_eq!(created.status, 201, "{}", created.text);
    let text = |field: &str| created.json()[field].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

impl Cast {
    pub async fn new(app: &TestApp, caller: Caller, permissions: &[Permission]) -> Self {
        let number = TRIES.fetch_add(1, Ordering::Relaxed);
        let owner = app.user(&format!("ada{number}")).await;
        let roles: Vec<String> = match caller {
            Caller::Anonymous | Caller::Owner | Caller::Other => Vec::new(),
            Caller::Auditor => vec!["auditor".into()],
            Caller::Allowed => permissions.iter().map(|permission| only(*permission)).collect(),
            Caller::Lacking(permission) => vec![all_but(permission)],
            Caller::Admin => vec!["admin".into()],
        };
        let roles: Vec<&str> = roles.iter().map(String::as_str).chain([USER]).collect();
        let caller = match caller {
            Caller::Anonymous => None,
            Caller::Owner => Some(owner.clone()),
            _ => Some(app.user_with(&format!("eve{number}"), &roles, true).await),
        };
        Self { app: app.clone(), number, owner, caller, key: None }
    }

    /// Lets the caller use an API key with these scopes.
    pub async fn with_key(self, scopes: &[Permission]) -> Self {
        let token = self.bearer().await.expect("a caller who is signed in");
        let (key, _) = create_key(&self.app, &token, scopes).await;
        Self { key: Some(key), ..self }
    }

    /// Returns the caller's API key or access token.
    pub async fn bearer(&self) -> Option<String> {
        if let Some(key) = &self.key {
            return Some(key.clone());
        }
        let name = self.caller.as_ref()?.username.as_ref()?;
        Some(self.app.tokens(name.as_str()).await.0)
    }

    /// Returns the caller's browser.
    pub async fn browser(&self) -> Browser {
        match &self.caller {
            None => self.app.browser(),
            Some(user) => self.app.signed_in(user.username.as_ref().unwrap().as_str()).await,
        }
    }
}
