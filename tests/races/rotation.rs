//! All rules of refresh token rotation, step by step.

use crate::{
    app::{TestApp, claims_of},
    on_both_databases,
};
use claviger::{
    model::EndReason,
    server::{domain::SessionChange, services::Batch},
};

/// Returns the access and refresh token of a successful refresh.
async fn refreshed(app: &TestApp, token: &str) -> (String, String) {
    let answer = app.refresh(token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = |key: &str| answer.json()[key].as_str().unwrap().to_owned();
    (text("token"), text("refreshToken"))
}

async fn assert_ended(app: &TestApp, access: &str, refresh: &str) {
    let answer = app.refresh(refresh).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"));
    let answer = app.profile(access).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"));
}

on_both_databases! {
    async fn a_refresh_gives_the_next_generation(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (access, second) = refreshed(&app, &first).await;
        assert_ne!(first, second);
        assert_eq!(claims_of(&access)["gen"], 1);
        assert_eq!(app.profile(&access).await.status, 200);
    }

    async fn a_sign_in_is_not_a_rotation_so_the_first_refresh_rotates_at_once(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (access, _) = refreshed(&app, &first).await;
        assert_eq!(claims_of(&access)["gen"], 1);
    }

    async fn within_the_grace_period_the_current_token_is_repeated_with_a_fresh_access_token(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (one, second) = refreshed(&app, &first).await;
        app.pass(9);
        let (two, again) = refreshed(&app, &second).await;
        assert_eq!(second, again);
        assert_ne!(one, two);
        assert_eq!(claims_of(&two)["gen"], 1);
        app.pass(1);
        assert_ne!(refreshed(&app, &second).await.1, second);
    }

    async fn two_rotations_within_the_grace_period_are_harmless(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (_, second) = refreshed(&app, &first).await;
        let (_, repeated) = refreshed(&app, &second).await;
        let (access, late) = refreshed(&app, &first).await;
        assert_eq!((&second, &second), (&repeated, &late));
        assert_eq!(app.profile(&access).await.status, 200);
    }

    async fn a_lost_response_is_repeated_for_as_long_as_its_successor_is_unused(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (_, lost) = refreshed(&app, &first).await;
        app.pass(3600);
        let (access, repeated) = refreshed(&app, &first).await;
        assert_eq!(lost, repeated);
        assert_eq!(app.profile(&access).await.status, 200);
    }

    async fn within_the_grace_period_the_previous_token_works_even_after_its_successor_was_used(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (access, second) = refreshed(&app, &first).await;
        app.profile(&access).await;
        app.services.sessions.last_seen().flush().await;
        app.pass(9);
        assert_eq!(refreshed(&app, &first).await.1, second);
    }

    async fn a_reused_refresh_token_ends_its_session_and_no_other(app) {
        app.user("ada").await;
        let (other, other_refresh) = app.tokens("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (access, second) = refreshed(&app, &first).await;
        assert_eq!(app.profile(&access).await.status, 200);
        app.services.sessions.last_seen().flush().await;
        app.pass(11);
        let answer = app.refresh(&first).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "Token revoked"));
        assert_ended(&app, &access, &second).await;
        assert_eq!(app.profile(&other).await.status, 200);
        refreshed(&app, &other_refresh).await;
    }

    async fn a_token_two_generations_old_is_reuse_even_within_the_grace_period(app) {
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (_, second) = refreshed(&app, &first).await;
        app.pass(11);
        let (access, third) = refreshed(&app, &second).await;
        assert_eq!(app.refresh(&first).await.error(), "Token revoked");
        assert_ended(&app, &access, &third).await;
    }

    async fn token_reuse_is_in_the_audit_log_once(app) {
        let ada = app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        let (_, second) = refreshed(&app, &first).await;
        app.pass(11);
        refreshed(&app, &second).await;
        for _ in 0..3 {
            assert_eq!(app.refresh(&first).await.status, 401);
        }
        let events = app.db.latest_audit_of(ada.id, 100).await.unwrap();
        let replays: Vec<_> = events.iter().filter(|event| event.action == "session.replayed").collect();
        assert_eq!(replays.len(), 1);
        assert!(replays[0].details.to_string().contains("replayed"));
    }

    async fn an_unknown_generation_ends_the_session_without_reporting_reuse(app) {
        let ada = app.user("ada").await;
        let (access, first) = app.tokens("ada").await;
        // As after restoring a backup: the database is behind the tokens.
        let (_, second) = refreshed(&app, &first).await;
        let session = TestApp::session_of(&access);
        app.run_sql("DELETE FROM renewals").await;
        app.run_sql("UPDATE sessions SET generation = 0, used_generation = -1, rotated_at = NULL").await;
        assert_eq!(app.refresh(&second).await.error(), "Token revoked");
        assert_ended(&app, &access, &first).await;
        let row = app.db.find_session(session).await.unwrap().unwrap();
        assert_eq!(row.end.unwrap().reason, claviger::model::EndReason::UnknownGeneration);
        let events = app.db.latest_audit_of(ada.id, 100).await.unwrap();
        assert!(events.iter().any(|event| event.details.to_string().contains("from_the_future")));
    }

    async fn a_session_slides_within_its_absolute_lifetime_and_no_token_outlives_it(app) {
        app.user("ada").await;
        let (_, mut refresh) = app.tokens("ada").await;
        for _ in 0..5 {
            app.pass(6 * 24 * 3600);
            let answer = app.refresh(&refresh).await;
            if answer.status != 200 {
                break;
            }
            answer.json()["refreshToken"].as_str().unwrap().clone_into(&mut refresh);
        }
        // Thirty days are over, to the second.
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
    }

    async fn the_last_access_token_of_a_session_ends_with_it(app) {
        app.user("ada").await;
        let (_, mut refresh) = app.tokens("ada").await;
        for _ in 0..4 {
            app.pass(6 * 24 * 3600);
            refresh = refreshed(&app, &refresh).await.1;
        }
        app.pass(6 * 24 * 3600 - 100);
        let answer = app.refresh(&refresh).await;
        assert_eq!(answer.json()["expiresIn"], 100);
        let access = answer.json()["token"].as_str().unwrap().to_owned();
        app.pass(100);
        assert_eq!(app.profile(&access).await.error(), "Token expired");
    }

    async fn an_idle_session_ends_to_the_second_and_the_monitor_reports_it(app) {
        app.user("ada").await;
        let (access, refresh) = app.tokens("ada").await;
        app.services.monitor.events().flush().await.unwrap();
        let mut events = app.services.monitor.events().subscribe();
        app.pass(7 * 24 * 3600 - 1);
        assert_eq!(app.services.monitor.end_due().await.unwrap(), 0);
        app.pass(1);
        assert_eq!(app.services.monitor.end_due().await.unwrap(), 1);
        let Batch::Events(published) = events.next(10).await else { panic!("none is missed") };
        assert_eq!(published[0].session, TestApp::session_of(&access));
        assert_eq!(published[0].what, SessionChange::Ended(EndReason::Idle));
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
    }

    /// Longer-lived tokens were issued before the lifetimes were shortened.
    async fn no_token_outlives_its_session_even_after_lifetimes_were_shortened(app) {
        app.user("ada").await;
        let (access, refresh) = app.tokens("ada").await;
        app.pass(60);
        let later = app.restart(&[("tokens.refresh_ttl", "1h"), ("tokens.api_ttl", "1h")]).await;
        assert_eq!(later.refresh(&refresh).await.status, 200);
        app.pass(3600);
        assert_eq!(later.services.monitor.end_due().await.unwrap(), 1);
        let last = app.restart(&[]).await;
        for node in [&later, &last] {
            assert_eq!(node.profile(&access).await.error(), "Token revoked");
        }
        for node in [later, last] {
            node.db.close().await;
        }
    }

    async fn only_the_last_fifty_rotations_are_kept(app) {
        app.user("ada").await;
        let (_, mut refresh) = app.tokens("ada").await;
        for _ in 0..60 {
            app.pass(11);
            refresh = refreshed(&app, &refresh).await.1;
        }
        assert_eq!(app.count("SELECT count(*) FROM renewals").await, 50);
    }

    async fn neither_a_token_nor_its_digest_is_in_the_database(app) {
        app.user("ada").await;
        let (access, refresh) = app.tokens("ada").await;
        let (_, second) = refreshed(&app, &refresh).await;
        let dump = app.dump().await;
        for token in [&access, &refresh, &second] {
            assert!(!dump.contains(&token[..]) && !dump.contains(token.rsplit('.').next().unwrap()), "a token is stored");
        }
        assert!(dump.contains("ada@example.com"), "the dump is one");
    }
}
