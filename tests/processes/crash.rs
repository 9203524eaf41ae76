//! `kill -9` in the middle of work: what was answered is kept.

use super::server::{Home, Server};
use crate::app::Database;
use tokio::sync::mpsc;

const ROUNDS: usize = 20;
const SESSIONS: usize = 24;

type Pair = (String, String);

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
    for round in 0..ROUNDS {
        let client = reqwest::Client::new();
        let mut server = home.serve();
        let mut tokens = Vec::new();
        for _ in 0..SESSIONS {
            tokens.push(server.tokens(&client, "ada").await);
        }
        // Each round dies at another moment of the same work: when that many sign-outs are answered.
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

/// Half of the sessions sign out while the other half are renewed. Answers whose sign-out was
/// answered, as soon as there are `enough`; the rest of the work is under way.
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
