//! Many clients that refresh with the same token.

use super::race;
use crate::{
    app::{TestApp, claims_of},
    on_both_databases,
};
use claviger::{
    model::{Network, SessionKind},
    server::services::Caller,
};
use std::collections::HashSet;

fn caller() -> Caller {
    Caller { network: Network::local(), agent: "test".into(), request_id: "test".into(), devices: Vec::new() }
}

/// Asserts that one branch stays live, no one is signed out and no response clears cookies.
async fn assert_one_branch(app: &TestApp, callers: usize, rounds: usize) {
    app.user("ada").await;
    let (_, mut token) = app.tokens("ada").await;
    for round in 0..rounds {
        app.pass(11);
        let answers = race(callers, |_| {
            let (app, token) = (app.clone(), token.clone());
            async move { app.refresh(&token).await }
        })
        .await;
        let mut branches = HashSet::new();
        for answer in &answers {
            assert_eq!(answer.status, 200, "round {round}: {}", answer.text);
            assert!(answer.set_cookies().is_empty());
            branches.insert(answer.json()["refreshToken"].as_str().unwrap().to_owned());
            let access = answer.json()["token"].as_str().unwrap().to_owned();
            assert_eq!(claims_of(&access)["gen"], round + 1);
            assert_eq!(app.profile(&access).await.status, 200);
        }
        assert_eq!(branches.len(), 1, "one live branch");
        token = branches.into_iter().next().unwrap();
    }
}

on_both_databases! {
    async fn two_callers_with_one_token_get_one_branch(app) {
        assert_one_branch(&app, 2, 30).await;
    }

    async fn ten_callers_with_one_token_get_one_branch(app) {
        assert_one_branch(&app, 10, 10).await;
    }

    async fn fifty_callers_with_one_token_get_one_branch(app) {
        assert_one_branch(&app, 50, 5).await;
    }

    /// Two processes share no in-flight requests: the compare-and-set alone decides.
    async fn callers_of_two_nodes_get_one_branch(app) {
        app.user("ada").await;
        let (_, mut token) = app.tokens("ada").await;
        let other = app.restart(&[]).await;
        for _ in 0..20 {
            app.pass(11);
            let answers = race(8, |number| {
                let (node, token) = (if number % 2 == 0 { app.clone() } else { other.clone() }, token.clone());
                async move { node.refresh(&token).await }
            })
            .await;
            let branches: HashSet<String> = answers
                .iter()
                .map(|answer| {
                    assert_eq!(answer.status, 200, "{}", answer.text);
                    answer.json()["refreshToken"].as_str().unwrap().to_owned()
                })
                .collect();
            assert_eq!(branches.len(), 1);
            token = branches.into_iter().next().unwrap();
        }
        other.db.close().await;
    }

    async fn six_tabs_at_expiry_all_stay_signed_in(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..5 {
            app.pass(15 * 60);
            let tabs = race(6, |_| {
                // Each request is sent before any response arrives.
                let tab = browser.copy();
                async move { (tab.get("/api/user/profile").await, tab) }
            })
            .await;
            for (answer, _) in &tabs {
                assert_eq!(answer.status, 200, "{}", answer.text);
                assert!(!answer.clears_cookies());
                assert_eq!(answer.set_cookies().len(), 2);
            }
            let generations: HashSet<String> = tabs.iter().filter_map(|(_, tab)| tab.cookie("claviger-refresh")).collect();
            assert_eq!(generations.len(), 1);
            let refresh = generations.into_iter().next().unwrap();
            browser.set_cookie("claviger-refresh", &refresh);
            browser.set_cookie("claviger-access", &tabs[0].1.cookie("claviger-access").unwrap());
        }
    }

    async fn a_caller_that_disconnects_does_not_cancel_the_in_flight_request(app) {
        app.user("ada").await;
        let (_, token) = app.tokens("ada").await;
        for _ in 0..20 {
            app.pass(11);
            let sessions = app.services.sessions.clone();
            let first = token.clone();
            let leaving = tokio::spawn(async move { sessions.refresh(&first, SessionKind::Api, &caller()).await.map(drop) });
            tokio::task::yield_now().await;
            leaving.abort();
            let answer = app.refresh(&token).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    }

    async fn a_last_seen_update_lost_in_a_crash_tolerates_a_replay_and_signs_no_one_out(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let answer = app.refresh(&first).await;
        app.pass(11);
        let node = app.restart(&[]).await;
        let replayed = node.refresh(&first).await;
        assert_eq!(replayed.status, 200);
        assert_eq!(replayed.json()["refreshToken"], answer.json()["refreshToken"]);
        node.db.close().await;
    }
}
