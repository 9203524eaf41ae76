//! `DELETE /admin/sessions/{id}` and `DELETE /admin/users/{id}/sessions`: administrators end sessions.

use super::admin_sessions::watcher;
use crate::{
    app::{TestApp, claims_of},
    on_both_databases,
};
use claviger::server::{domain::Actor, services::Ending};
use serde_json::json;

on_both_databases! {
    async fn an_ended_session_is_refused_at_its_next_request(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let (access, refresh) = app.tokens("ada").await;
        let (other, _) = app.tokens("ada").await;
        let path = format!("/api/v1/admin/sessions/{}", TestApp::session_of(&access));
        let answer = app.delete(&path).bearer(&eve).send().await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(app.profile(&access).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(app.profile(&other).await.status, 200);
        assert_eq!(app.delete(&path).bearer(&eve).send().await.status, 404, "it has ended already");
        for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "%00", "'%20OR%201=1"] {
            assert_eq!(app.delete(&format!("/api/v1/admin/sessions/{id}")).bearer(&eve).send().await.status, 404, "{id}");
            assert_eq!(app.get(&format!("/api/v1/admin/sessions/{id}")).bearer(&eve).send().await.status, 404, "{id}");
        }
        let shown = app.get(&path).bearer(&eve).send().await.json();
        assert_eq!((shown["state"].as_str(), shown["reason"].as_str()), (Some("ended"), Some("revoked")));
        assert_eq!(shown["endedBy"], json!({ "kind": "admin", "id": claims_of(&eve)["sub"] }));
    }

    async fn all_sessions_of_a_user_end_and_the_user_can_sign_in_again(app) {
        let eve = watcher(&app).await;
        let ada = app.user("ada").await;
        app.user("bob").await;
        let (bobs, _) = app.tokens("bob").await;
        let (access, refresh) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        let path = format!("/api/v1/admin/users/{}/sessions", ada.id);
        assert_eq!(app.delete(&path).bearer(&eve).send().await.status, 204);
        assert_eq!(app.profile(&access).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert!(browser.get("/dashboard").await.header("location").starts_with("/login?"));
        assert_eq!(app.profile(&bobs).await.status, 200, "no one else's");
        let (again, _) = app.tokens("ada").await;
        assert_eq!(app.profile(&again).await.status, 200);
        assert_eq!(app.delete(&path).bearer(&eve).send().await.status, 204);
        assert_eq!(app.delete(&path).bearer(&eve).send().await.status, 204, "also when there is none");
        for id in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"] {
            let unknown = format!("/api/v1/admin/users/{id}/sessions");
            assert_eq!(app.delete(&unknown).bearer(&eve).send().await.status, 404);
        }
    }

    async fn the_owner_sees_that_an_administrator_ended_the_session_but_not_from_where(app) {
        let app = app.limited(&[("limits.enabled", "false")]).await;
        let eve = watcher(&app).await;
        let ada = app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (access, _) = app.tokens("ada").await;
        let path = format!("/api/v1/admin/sessions/{}", TestApp::session_of(&access));
        app.delete(&path).bearer(&eve).header("x-forwarded-for", "203.0.113.9").send().await;
        let page = browser.get("/dashboard").await.text;
        assert!(page.contains("Session revoked by an administrator") && !page.contains("203.0.113.9"), "{page}");
        let path = format!("/api/v1/admin/users/{}/sessions", ada.id);
        app.delete(&path).bearer(&eve).header("x-forwarded-for", "203.0.113.9").send().await;
        let page = app.signed_in("ada").await.get("/dashboard").await.text;
        assert!(page.contains("All sessions revoked by an administrator") && !page.contains("203.0.113.9"), "{page}");
        app.db.close().await;
    }

    async fn a_session_that_an_administrator_ended_stays_ended_after_a_restart(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let (access, _) = app.tokens("ada").await;
        let path = format!("/api/v1/admin/sessions/{}", TestApp::session_of(&access));
        app.delete(&path).bearer(&eve).send().await;
        let later = app.restart(&[("tokens.api_ttl", "1m")]).await;
        assert_eq!(later.profile(&access).await.error(), "Token revoked");
        later.db.close().await;
    }

    async fn concurrent_requests_to_end_all_leave_none_and_each_counts_those_it_ended(app) {
        let eve = app.admin("eve").await;
        let now = app.clock.now();
        let began = std::sync::Arc::new(tokio::sync::Barrier::new(3));
        app.user("ada").await;
        app.run_sql(
            "INSERT INTO sessions (id, user_id, kind, created_at, authenticated_at, methods, network, agent, last_seen_at,
               idle_until, ends_at, access_until)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
             SELECT '01000000' || CAST(100000000000000000 + i AS TEXT), users.id, 'api', 0, 0, 'password', '', '', 0, 1900000000000, 1900000000000, 1900000000000
             FROM n, users WHERE users.name = 'ada'",
        )
        .await;
        let node = app.restart(&[]).await;
        let caller = claviger::server::services::Caller::command_line();
        let ends = [&app, &node, &app].map(|one| {
            let (monitor, caller, began) = (one.services.monitor.clone(), caller.clone(), began.clone());
            tokio::spawn(async move {
                began.wait().await;
                monitor.end(Ending::All, Actor::User(eve.id), &caller).await.unwrap().unwrap()
            })
        });
        let mut sum = 0;
        for end in ends {
            sum += end.await.unwrap();
            assert_eq!(app.db.count_live_sessions(now).await.unwrap(), 0, "once answered, none is live");
        }
        assert_eq!(sum, 1500);
        node.db.close().await;
    }
}
