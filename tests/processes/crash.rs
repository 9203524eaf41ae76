//! `kill -9` at any moment: what was answered is kept.

use super::server::{Home, Server};
use crate::app::Database;
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

const ROUNDS: u64 = 20;
const SESSIONS: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answered_sign_out_is_never_forgotten_on_sqlite() {
    assert_sign_outs_survive(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answered_sign_out_is_never_forgotten_on_postgres() {
    assert_sign_outs_survive(Database::postgres().await).await;
}

async fn assert_sign_outs_survive(database: Database) {
    let home = Home::new(database);
    home.make_user("ada");
    let mut answered = 0;
    for round in 0..ROUNDS {
        let client = reqwest::Client::new();
        let mut server = home.serve();
        let mut tokens = Vec::new();
        for _ in 0..SESSIONS {
            tokens.push(server.tokens(&client, "ada").await);
        }
        let signed_out = Arc::new(Mutex::new(Vec::new()));
        let load = sign_out_under_load(&server, &client, tokens, &signed_out);
        tokio::select! {
            () = load => {}
            // Each round dies at another moment of the same work.
            () = tokio::time::sleep(Duration::from_millis(1 + round * 2)) => {}
        }
        server.kill();
        let server = home.serve();
        let signed_out = signed_out.lock().await;
        answered += signed_out.len();
        for (access, refresh) in signed_out.iter() {
            assert_eq!(server.profile(&client, access).await, (401, "Token revoked".to_owned()), "round {round}");
            let (status, _) = server.refresh(&client, refresh).await.unwrap();
            assert_eq!(status, 401, "round {round}");
        }
    }
    assert!(answered > 20, "only {answered} sign-outs were answered before the kills: the test proves nothing");
    home.clean().await;
}

/// Half of the sessions sign out while the other half are renewed.
async fn sign_out_under_load(
    server: &Server,
    client: &reqwest::Client,
    tokens: Vec<(String, String)>,
    signed_out: &Arc<Mutex<Vec<(String, String)>>>,
) {
    let work = tokens.into_iter().enumerate().map(|(number, (access, refresh))| async move {
        if number % 2 == 0 {
            server.refresh(client, &refresh).await;
        } else if server.sign_out(client, &access).await {
            signed_out.lock().await.push((access, refresh));
        }
    });
    futures::future::join_all(work).await;
}
