//! `GET /admin/monitor/stream`: late events are delivered late, and lost events are reported.

use crate::{
    app::{BEGIN, Stream, TestApp},
    on_both_databases,
};
use claviger::{
    model::{EndReason, EventId, SessionId, UserId},
    server::{domain::SessionChange, store::NewSessionEvent},
};
use std::time::Duration;

const PATH: &str = "/api/v1/admin/monitor/stream";
const MINUTE: Duration = Duration::from_mins(1);

async fn watcher(app: &TestApp) -> (String, Stream) {
    app.admin("eve").await;
    let (token, _) = app.tokens("eve").await;
    app.services.monitor.events().flush().await.unwrap();
    app.services.monitor.look().await.unwrap();
    let stream = watch(app, &token, None).await;
    (token, stream)
}

async fn watch(app: &TestApp, token: &str, last: Option<&str>) -> Stream {
    let request = app.get(PATH).bearer(token);
    match last {
        Some(last) => request.header("last-event-id", last).open().await,
        None => request.open().await,
    }
}

/// An event of another node, created long before it is committed.
fn late(minutes: u32) -> NewSessionEvent {
    let at = BEGIN - MINUTE * minutes;
    let id = EventId::from_parts(u64::try_from(at.0).unwrap(), 7);
    NewSessionEvent {
        id,
        node: "another".into(),
        at,
        what: SessionChange::Ended(EndReason::Revoked),
        session_id: SessionId::from_parts(1, 1),
        user_id: UserId::from_parts(1, 1),
    }
}

on_both_databases! {
    async fn an_event_of_another_node_committed_minutes_late_is_still_delivered(app) {
        let (eve, mut stream) = watcher(&app).await;
        app.user("ada").await;
        app.tokens("ada").await;
        let last = stream.next().await.unwrap();
        assert_eq!(last.name, "session.started");
        app.db.insert_session_events(vec![late(10)], 0).await.unwrap();
        assert_eq!(stream.next().await.unwrap().name, "session.ended");
        let mut again = watch(&app, &eve, Some(&last.id)).await;
        assert_eq!(again.next().await.unwrap().name, "session.ended", "also after reconnecting");
        let later = app.restart(&[]).await;
        let mut elsewhere = watch(&later, &eve, Some(&last.id)).await;
        assert_eq!(elsewhere.next().await.unwrap().name, "session.ended", "and elsewhere");
        later.db.close().await;
    }

    async fn events_that_another_node_lost_are_reported_as_lost(app) {
        let (eve, mut stream) = watcher(&app).await;
        app.user("ada").await;
        app.tokens("ada").await;
        let last = stream.next().await.unwrap();
        app.db.insert_session_events(vec![late(1)], 1).await.unwrap();
        assert_eq!(stream.next().await.unwrap().name, "monitor.reset");
        assert_eq!(stream.next().await.unwrap().name, "session.ended");
        app.db.insert_session_events(Vec::new(), 1).await.unwrap();
        assert_eq!(stream.next().await.unwrap().name, "monitor.reset");
        let later = app.restart(&[]).await;
        let mut again = watch(&later, &eve, Some(&last.id)).await;
        assert_eq!(again.next().await.unwrap().name, "monitor.reset", "also after reconnecting");
        later.db.close().await;
    }

    async fn events_that_this_node_could_not_write_are_reported_as_lost_on_every_node(app) {
        let (eve, mut stream) = watcher(&app).await;
        let other = app.restart(&[]).await;
        let mut elsewhere = watch(&other, &eve, None).await;
        app.user("ada").await;
        app.run_sql("ALTER TABLE session_events RENAME TO elsewhere").await;
        app.tokens("ada").await;
        app.services.monitor.events().flush().await.unwrap();
        app.run_sql("ALTER TABLE elsewhere RENAME TO session_events").await;
        assert_eq!(stream.next().await.unwrap().name, "monitor.reset");
        app.services.monitor.look().await.unwrap();
        other.services.monitor.look().await.unwrap();
        assert_eq!(elsewhere.next().await.unwrap().name, "monitor.reset");
        other.db.close().await;
    }

    async fn a_database_that_continues_from_an_earlier_state_resets_every_monitor(app) {
        let (_, mut stream) = watcher(&app).await;
        app.db.insert_session_events(vec![late(5), late(4), late(3)], 0).await.unwrap();
        assert_eq!(stream.names(3).await, ["session.ended"; 3]);
        app.run_sql(
            "DELETE FROM session_events WHERE position > (SELECT value - 2 FROM counters WHERE name = 'session_events');
             UPDATE counters SET value = value - 2 WHERE name = 'session_events'",
        )
        .await;
        assert_eq!(stream.next().await.unwrap().name, "monitor.reset");
        app.db.insert_session_events(vec![late(2)], 0).await.unwrap();
        assert_eq!(stream.next().await.unwrap().name, "session.ended");
    }

    async fn a_process_that_disappears_may_have_lost_events(app) {
        let (_, mut stream) = watcher(&app).await;
        let (gone, leaves) = (app.restart(&[]).await, app.restart(&[]).await);
        for node in [&gone, &leaves] {
            node.services.readiness.probe().await.unwrap();
        }
        leaves.services.close(Duration::from_mins(1)).await;
        app.services.other_nodes.look().await.unwrap();
        app.pass(30);
        app.services.other_nodes.look().await.unwrap();
        assert_eq!(stream.next().await.unwrap().name, "monitor.reset");
        assert_eq!(app.count("SELECT count(*) FROM nodes WHERE state = 'lost'").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM nodes WHERE state = 'stopped'").await, 1);
        gone.db.close().await;
    }
}
