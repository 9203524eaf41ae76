//! `kill -9` during work: everything acknowledged survives.

use super::server::{Home, Server};
use crate::app::{Database, PASSWORD, rounds};
use serde_json::json;
use tokio::sync::mpsc;

const SESSIONS: usize = 24;

const NEW: &str = "another password altogether";
/// Counts unconfirmed accounts without any mail.
const UNTOLD: &str = "
    SELECT count(*)
    FROM users
    WHERE email_verified_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox WHERE recipient = users.email)";

type Pair = (String, String);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_acknowledged_sign_out_is_never_lost_on_sqlite() {
    assert_sign_outs_survive(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_acknowledged_sign_out_is_never_lost_on_postgres() {
    assert_sign_outs_survive(Database::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_registrations_and_changes_of_password_are_never_lost_on_sqlite() {
    assert_accounts_survive(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_registrations_and_changes_of_password_are_never_lost_on_postgres() {
    assert_accounts_survive(Database::postgres().await).await;
}

async fn assert_accounts_survive(database: Database) {
    let home = Home::new(database);
    for round in 0..rounds(20, 200) {
        let client = reqwest::Client::new();
        let changing = format!("ada{round}");
        home.make_user(&changing);
        let mut server = home.serve();
        let (bearer, _) = server.tokens(&client, &changing).await;
        let (answered, mut answers) = mpsc::unbounded_channel();
        let registrations = (0..SESSIONS).map(|number| {
            let (server, client, answered) = (&server, &client, answered.clone());
            async move {
                let email = format!("new{round}x{number}@example.com");
                let body = json!({ "email": email, "password": PASSWORD });
                if server.post(client, "/api/v1/auth/register", None, &body).await == Some(202) {
                    let _ = answered.send(email);
                }
            }
        });
        let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
        let change = server.post(&client, "/api/v1/users/me/password", Some(&bearer), &change);
        let (mut registered, mut is_changed) = (Vec::new(), false);
        tokio::select! {
            _ = futures::future::join_all(registrations) => {}
            () = async {
                is_changed = change.await == Some(200);
                while registered.len() < 1 + round % 8 {
                    registered.extend(answers.recv().await);
                }
            } => {}
        }
        server.kill();
        while let Ok(email) = answers.try_recv() {
            registered.push(email);
        }
        assert!(!registered.is_empty());
        let server = home.serve();
        for email in &registered {
            let answer = server.log_in(&client, email, PASSWORD).await;
            assert_eq!(answer, (401, "User not verified".to_owned()), "round {round}");
        }
        if is_changed {
            assert_eq!(server.profile(&client, &bearer).await, (401, "Token revoked".to_owned()), "round {round}");
            let email = format!("{changing}@example.com");
            assert_eq!(server.log_in(&client, &email, NEW).await.0, 200, "round {round}");
        }
    }
    assert_eq!(home.database.count(UNTOLD).await, 0, "every account has its mail");
    home.clean().await;
}

async fn assert_sign_outs_survive(database: Database) {
    let home = Home::new(database);
    home.make_user("ada");
    for round in 0..rounds(20, 200) {
        let client = reqwest::Client::new();
        let mut server = home.serve();
        let mut tokens = Vec::new();
        for _ in 0..SESSIONS {
            tokens.push(server.tokens(&client, "ada").await);
        }
        // Each round kills the server at another point of the same work: after that many acknowledged sign-outs.
        let signed_out = sign_out_until(&server, &client, tokens, 1 + round % 8).await;
        server.kill();
        assert!(!signed_out.is_empty());
        let server = home.serve();
        for (access, refresh) in &signed_out {
            assert_eq!(server.profile(&client, access).await, (401, "Token revoked".to_owned()), "round {round}");
            let (status, _) = server.refresh(&client, refresh).await.unwrap();
            assert_eq!(status, 401, "round {round}");
        }
    }
    home.clean().await;
}

/// Half of the sessions sign out while the other half refresh. Returns the tokens of the acknowledged
/// sign-outs once there are `enough`; the other requests are still in flight.
async fn sign_out_until(server: &Server, client: &reqwest::Client, tokens: Vec<Pair>, enough: usize) -> Vec<Pair> {
    let (answered, mut answers) = mpsc::unbounded_channel();
    let work = tokens.into_iter().enumerate().map(|(number, (access, refresh))| {
        let answered = answered.clone();
        async move {
            if number % 2 == 0 {
                server.refresh(client, &refresh).await;
            } else if server.sign_out(client, &access).await {
                let _ = answered.send((access, refresh));
            }
        }
    });
    let mut signed_out = Vec::new();
    tokio::select! {
        _ = futures::future::join_all(work) => {}
        () = async {
            while signed_out.len() < enough {
                signed_out.extend(answers.recv().await);
            }
        } => {}
    }
    while let Ok(pair) = answers.try_recv() {
        signed_out.push(pair);
    }
    signed_out
}
