//! `GET /admin/monitor/stream`: session events as they happen.

use crate::{
    app::{Database, Stream, TestApp},
    on_both_databases,
};
use claviger::server::{domain::UserChange, services::Caller};
use std::sync::Arc;

const PATH: &str = "/api/v1/admin/monitor/stream";

/// Reads a stream to its end, which must come.
async fn assert_ends(mut stream: Stream) {
    while let Some(event) = stream.next().await {
        assert_eq!(event.name, "session.ended", "nothing but its own end");
    }
}

/// Creates an administrator and returns one of their tokens.
async fn watcher(app: &TestApp) -> String {
    app.admin("eve").await;
    let (token, _) = app.tokens("eve").await;
    app.services.monitor.events().flush().await.unwrap();
    token
}

async fn watch(app: &TestApp, token: &str) -> Stream {
    app.get(PATH).bearer(token).open().await
}

async fn resume(app: &TestApp, token: &str, last: &str) -> Stream {
    app.get(PATH).bearer(token).header("last-event-id", last).open().await
}

on_both_databases! {
    async fn a_session_is_published_from_its_start_to_its_end(app) {
        let eve = watcher(&app).await;
        let ada = app.user("ada").await;
        let mut stream = watch(&app, &eve).await;
        let (access, refresh) = app.tokens("ada").await;
        app.pass(11);
        assert_eq!(app.refresh(&refresh).await.status, 200);
        let session = TestApp::session_of(&access);
        app.services.sessions.sign_out(session, ada.id, &Caller::command_line()).await.unwrap();
        let started = stream.next().await.unwrap();
        assert_eq!(started.name, "session.started");
        let payload = started.payload();
        assert_eq!((payload.id.as_str(), payload.session_id), (started.id.as_str(), session.to_string()));
        assert_eq!((payload.user_id, payload.email.as_deref()), (ada.id.to_string(), Some("ada@example.com")));
        assert_eq!((payload.at.as_str(), payload.reason), ("2027-01-15T08:00:00Z", None));
        assert_eq!(stream.next().await.unwrap().name, "session.refreshed");
        let ended = stream.next().await.unwrap();
        assert_eq!((ended.name.as_str(), ended.payload().reason.as_deref()), ("session.ended", Some("signed_out")));
        assert!(!started.data.contains(&access) && !ended.data.contains(&refresh), "tokens are not in the events");
    }

    async fn refresh_token_reuse_and_the_end_of_its_session_are_published(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let (_, first) = app.tokens("ada").await;
        app.pass(11);
        let second = app.refresh(&first).await.json()["refreshToken"].as_str().unwrap().to_owned();
        app.pass(11);
        app.refresh(&second).await;
        app.services.monitor.events().flush().await.unwrap();
        let mut stream = watch(&app, &eve).await;
        assert_eq!(app.refresh(&first).await.error(), "Token revoked");
        let flagged = stream.next().await.unwrap();
        assert_eq!((flagged.name.as_str(), flagged.payload().reason.as_deref()), ("session.flagged", Some("replayed")));
        let ended = stream.next().await.unwrap();
        assert_eq!((ended.name.as_str(), ended.payload().reason.as_deref()), ("session.ended", Some("replayed")));
    }

    async fn a_resumed_stream_misses_nothing_and_repeats_nothing(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let mut stream = watch(&app, &eve).await;
        let (_, refresh) = app.tokens("ada").await;
        let last = stream.next().await.unwrap().id;
        drop(stream);
        app.pass(11);
        app.refresh(&refresh).await;
        app.tokens("ada").await;
        let mut again = resume(&app, &eve, &last).await;
        assert_eq!(again.names(2).await, ["session.refreshed", "session.started"]);
        let mut by_address = app.get(&format!("{PATH}?lastEventId={last}")).bearer(&eve).open().await;
        assert_eq!(by_address.names(2).await, ["session.refreshed", "session.started"]);
    }

    async fn a_restart_loses_no_event(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let mut stream = watch(&app, &eve).await;
        let (_, refresh) = app.tokens("ada").await;
        let last = stream.next().await.unwrap().id;
        app.pass(11);
        app.refresh(&refresh).await;
        app.services.monitor.events().flush().await.unwrap();
        let later = app.restart(&[]).await;
        let mut again = resume(&later, &eve, &last).await;
        later.tokens("ada").await;
        assert_eq!(again.names(2).await, ["session.refreshed", "session.started"]);
        later.db.close().await;
    }

    async fn resuming_after_an_unknown_event_resets_the_monitor(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        for last in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "' OR 1=1"] {
            let mut stream = resume(&app, &eve, last).await;
            assert_eq!(stream.next().await.unwrap().name, "monitor.reset", "{last}");
            app.tokens("ada").await;
            assert_eq!(stream.next().await.unwrap().name, "session.started");
        }
    }

    async fn events_of_another_node_are_published_here(app) {
        let eve = watcher(&app).await;
        app.user("ada").await;
        let mut stream = watch(&app, &eve).await;
        let other = app.restart(&[]).await;
        other.tokens("ada").await;
        assert_eq!(stream.next().await.unwrap().payload().email.as_deref(), Some("ada@example.com"));
        other.db.close().await;
    }

    async fn a_stream_ends_with_its_session(app) {
        let eve = watcher(&app).await;
        let stream = watch(&app, &eve).await;
        assert_eq!(app.post("/api/v1/auth/logout").bearer(&eve).send().await.status, 204);
        assert_ends(stream).await;
    }

    async fn a_stream_ends_with_the_role_that_allowed_it_or_with_a_ban(app) {
        app.admin("root").await;
        for change in [
            UserChange::Roles(vec!["user".into()]),
            UserChange::Ban { until: None, reason: None },
            UserChange::SignOutEverywhere,
            UserChange::Delete,
        ] {
            let name = format!("eve{}", app.clock.now().0 % 1_000_000);
            app.pass(1);
            let user = app.admin(&name).await;
            let (token, _) = app.tokens(&name).await;
            app.services.monitor.events().flush().await.unwrap();
            let stream = watch(&app, &token).await;
            app.change(user.id, change).await;
            assert_ends(stream).await;
        }
    }

    async fn a_stream_lives_no_longer_than_the_token_that_opened_it(app) {
        let eve = watcher(&app).await;
        let stream = watch(&app, &eve).await;
        app.pass(24 * 3600);
        assert_ends(stream).await;
    }

    async fn streams_end_when_the_server_shuts_down(app) {
        let eve = watcher(&app).await;
        let mut stream = watch(&app, &eve).await;
        app.end_streams();
        assert_eq!(stream.next().await, None);
    }

    async fn a_browser_subscribes_with_its_cookies(app) {
        app.admin("eve").await;
        let browser = app.signed_in("eve").await;
        app.services.monitor.events().flush().await.unwrap();
        let mut stream = app.get(PATH).cookies(&browser.header()).open().await;
        app.tokens("eve").await;
        assert_eq!(stream.next().await.unwrap().name, "session.started");
    }

    async fn no_one_subscribes_without_the_permission(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        assert_eq!(app.get(PATH).send().await.status, 401);
        assert_eq!(app.get(PATH).bearer("x").send().await.error(), "Invalid token");
        assert_eq!(app.get(PATH).bearer(&token).send().await.error(), "Forbidden");
        let eve = watcher(&app).await;
        let odd = app.get(&format!("{PATH}?lastEventId=a&lastEventId=b")).bearer(&eve).send().await;
        assert_eq!((odd.status, odd.error().as_str()), (400, "Invalid query string"));
    }
}

/// More of them would leave no memory for other requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_number_of_open_streams_is_limited() {
    let database = Arc::new(Database::sqlite());
    let app = TestApp::start_on(Arc::clone(&database)).await;
    let eve = watcher(&app).await;
    let mut open = Vec::new();
    for _ in 0..1200 {
        open.push(watch(&app, &eve).await);
    }
    let refused = app.get(PATH).bearer(&eve).send().await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    open.pop();
    watch(&app, &eve).await;
    app.db.close().await;
    database.drop_it().await;
}
