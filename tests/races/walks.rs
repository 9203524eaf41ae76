//! Lists that are read to their end, and back, while rows come and go: each row that stays is shown once.

use super::race;
use crate::{
    app::{TestApp, rounds},
    on_both_databases,
};
use claviger::{
    model::Permission,
    server::{
        domain::{Actor, NewRole, RoleName, UserChange},
        services::Caller,
    },
};
use serde_json::Value;
use std::collections::BTreeMap;

/// The lists in each order, and what tells their rows apart.
const LISTS: &[(&str, &str)] = &[
    ("users?sort=createdAt", "id"),
    ("users?sort=-createdAt", "id"),
    ("users?sort=email", "id"),
    ("users?sort=-email", "id"),
    ("users?sort=lastSignInAt", "id"),
    ("users?sort=-lastSignInAt", "id"),
    ("admin/sessions?sort=user", "id"),
    ("admin/sessions?sort=-user", "id"),
    ("admin/sessions?sort=createdAt", "id"),
    ("admin/sessions?sort=-createdAt", "id"),
    ("admin/sessions?sort=-lastSeenAt", "id"),
    ("admin/sessions?sort=generation", "id"),
    ("admin/sessions?sort=-refreshExpiresAt", "id"),
    ("sessions?", "id"),
    ("audit-events?sort=createdAt", "id"),
    ("audit-events?sort=-createdAt", "id"),
    ("roles?", "name"),
    ("jobs?", "id"),
];

/// How many writers there are, and what each does during one walk.
const WRITERS: usize = 3;
const CHANGES: usize = 4;
/// How many rows of a kind stay.
const STAYING: usize = 7;

/// Reads a list from a link to its end, and returns the last page.
async fn follow(app: &TestApp, token: &str, link: &str, direction: &str, rows: &mut Vec<Value>) -> Value {
    let mut link = link.to_owned();
    loop {
        let answer = app.get(&link).bearer(token).send().await;
        assert_eq!(answer.status, 200, "{link}: {}", answer.text);
        let page = answer.json();
        rows.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["links"][direction].as_str() {
            Some(next) => link = next.to_owned(),
            None => return page,
        }
    }
}

/// Reads a list to its end and back. Returns how often each row was shown on the way there and on the way back.
async fn walk(app: &TestApp, token: &str, (list, key): (&str, &str), limit: usize) -> [BTreeMap<String, usize>; 2] {
    let mut there = Vec::new();
    let end = follow(app, token, &format!("/api/v1/{list}&limit={limit}"), "next", &mut there).await;
    let mut back = end["data"].as_array().unwrap().clone();
    if let Some(prev) = end["links"]["prev"].as_str() {
        follow(app, token, prev, "prev", &mut back).await;
    }
    [there, back].map(|rows| {
        let mut shown = BTreeMap::new();
        for row in rows {
            *shown.entry(row[key].as_str().unwrap().to_owned()).or_default() += 1;
        }
        shown
    })
}

/// Lets rows of each kind come and go, anywhere among the others. Every change is an audit event, too.
async fn come_and_go(app: &TestApp, walker: &str, writer: usize) {
    let caller = Caller::command_line();
    for number in 0..CHANGES {
        let begin = ["a", "user3", "z"][(writer + number) % 3];
        let name = format!("{begin}-{writer}-{number}");
        let user = app.user(&name).await;
        app.tokens(&name).await;
        let role = NewRole { name: name.parse().unwrap(), description: String::new(), permissions: Vec::new() };
        let role: RoleName = app.services.roles.create(role, Actor::Cli, &caller).await.unwrap().name;
        let (token, _) = app.tokens(walker).await;
        assert_eq!(app.post("/api/v1/auth/logout").bearer(&token).send().await.status, 204);
        app.services.roles.delete(role, Actor::Cli, &caller).await.unwrap();
        app.change(user.id, UserChange::Delete).await;
    }
}

/// Adds a few rows of each kind. Some are of the same time.
async fn furnish(app: &TestApp, walker: &str, token: &str) {
    let caller = Caller::command_line();
    for number in 0..STAYING {
        app.pass(u64::from(number % 2 == 0));
        let name = format!("user{number}");
        let user = app.user(&name).await;
        app.tokens(&name).await;
        app.tokens(walker).await;
        let permissions = vec![Permission::UsersRead];
        let role = NewRole { name: name.parse().unwrap(), description: String::new(), permissions };
        app.services.roles.create(role, Actor::Cli, &caller).await.unwrap();
        let order = serde_json::json!({ "action": "verify", "ids": [user.id.to_string()] });
        let answer = app.post("/api/v1/users/bulk").bearer(token).json(&order).send().await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        while app.db.next_bulk_job().await.unwrap().is_some() {
            app.services.bulk.work().await.unwrap();
        }
    }
    app.services.sessions.last_seen().flush().await;
}

on_both_databases! {
    async fn each_row_that_stays_is_shown_once_on_the_way_there_and_once_on_the_way_back(app) {
        app.admin("walker").await;
        let (token, _) = app.tokens("walker").await;
        let own = TestApp::session_of(&token).to_string();
        Box::pin(furnish(&app, "walker", &token)).await;
        for round in 0..rounds(1, 20) {
            for &(list, key) in LISTS {
                let mut staying = Vec::new();
                follow(&app, &token, &format!("/api/v1/{list}&limit=100"), "next", &mut staying).await;
                let limit = (staying.len() / 10).clamp(2, 100);
                let walks = race(1 + WRITERS, |number| {
                    let (app, token) = (app.clone(), token.clone());
                    async move {
                        match number {
                            0 => Some(walk(&app, &token, (list, key), limit).await),
                            writer => { Box::pin(come_and_go(&app, "walker", writer)).await; None }
                        }
                    }
                });
                let walks = walks.await.into_iter().flatten().flatten();
                let keys: Vec<_> = staying.iter().map(|row| row[key].as_str().unwrap()).collect();
                assert!(keys.len() >= STAYING, "{list}");
                for (way, shown) in ["there", "back"].into_iter().zip(walks) {
                    // The walk itself is a use of its session, which moves in the list.
                    for row in keys.iter().filter(|row| **row != own) {
                        assert_eq!(shown.get(*row), Some(&1), "round {round}, {list}, {way}: {row}");
                    }
                }
            }
        }
    }
}
