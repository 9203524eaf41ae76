//! Recent session events.

use super::{DAY, MINUTE};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::{EventId, Minute, SessionId, Timestamp},
    server::{
        domain::SessionChange,
        store::{EventPosition, NewSessionEvent},
    },
};

fn event(node: &str, user: claviger::model::UserId, at: Timestamp) -> NewSessionEvent {
    let made = u64::try_from(at.0).unwrap();
    NewSessionEvent {
        id: EventId::from_parts(made, 7),
        node: node.into(),
        at,
        what: SessionChange::Started,
        session_id: SessionId::from_parts(made, 8),
        user_id: user,
    }
}

on_both_databases! {
    async fn an_event_gets_its_users_address_and_its_position_in_commit_order(app) {
        let ada = app.user("ada").await;
        let gone = claviger::model::UserId::from_parts(1, 1);
        let before = app.db.last_event_position().await.unwrap().position;
        let late = app.db.insert_session_events(vec![event("one", ada.id, BEGIN + MINUTE)], 0).await.unwrap();
        let early = app.db.insert_session_events(vec![event("other", gone, BEGIN)], 0).await.unwrap();
        assert_eq!((late[0].email.as_deref(), late[0].position), (Some("ada@example.com"), before + 1));
        assert_eq!((early[0].email.as_deref(), early[0].position), (None, before + 2), "whatever its id says");
        let last = app.db.last_event_position().await.unwrap();
        assert_eq!(last, EventPosition { position: before + 2, event: Some(early[0].id) });
        let found = app.db.session_events_from(before + 1, 10).await.unwrap();
        assert_eq!(found, [late, early.clone()].concat());
        assert_eq!(app.db.session_events_from(before + 2, 10).await.unwrap(), early);
        assert_eq!(app.db.position_of_event(early[0].id).await.unwrap(), Some(before + 2));
        assert_eq!(app.db.position_of_event(EventId::from_parts(1, 1)).await.unwrap(), None);
    }

    async fn lost_events_leave_a_gap(app) {
        let ada = app.user("ada").await;
        let before = app.db.last_event_position().await.unwrap().position;
        let after = app.db.insert_session_events(vec![event("one", ada.id, BEGIN)], 1).await.unwrap();
        assert_eq!(after[0].position, before + 2);
        app.db.insert_session_events(Vec::new(), 1).await.unwrap();
        assert_eq!(app.db.last_event_position().await.unwrap(), EventPosition { position: before + 3, event: None });
    }

    async fn events_of_the_previous_version_are_found_by_their_ids(app) {
        app.run_sql(
            "INSERT INTO session_events (id, node, at, what, session_id, user_id)
             VALUES ('01KEZZZZZZZZZZZZZZZZZZZZZZ', 'old', 1, 'started', '01KEZZZZZZZZZZZZZZZZZZZZZZ', '01KEZZZZZZZZZZZZZZZZZZZZZZ')",
        )
        .await;
        let found = app.db.session_events_without_position(EventId::from_parts(0, 0), 10).await.unwrap();
        assert_eq!((found.len(), found[0].node.as_str()), (1, "old"));
    }

    async fn events_are_deleted_after_an_hour_and_figures_after_a_day(app) {
        let ada = app.user("ada").await;
        app.db.insert_session_events(vec![event("one", ada.id, BEGIN)], 0).await.unwrap();
        app.db.add_activity("one".into(), Minute { at: BEGIN, started: 1, ..Minute::default() }).await.unwrap();
        app.services.retention.sweep_at(BEGIN + MINUTE * 60).await.unwrap();
        assert!(app.db.position_of_event(event("one", ada.id, BEGIN).id).await.unwrap().is_some());
        app.services.retention.sweep_at(BEGIN + MINUTE * 61).await.unwrap();
        assert!(app.db.position_of_event(event("one", ada.id, BEGIN).id).await.unwrap().is_none());
        assert_eq!(app.db.activity_since(BEGIN).await.unwrap().len(), 1);
        app.services.retention.sweep_at(BEGIN + DAY + MINUTE * 60).await.unwrap();
        assert_eq!(app.db.activity_since(BEGIN).await.unwrap(), []);
    }

    async fn the_figures_of_all_nodes_are_added_by_minute(app) {
        let minute = |at| Minute { at, started: 1, refreshed: 2, ended: 3, rejected: 4 };
        for node in ["one", "other", "one"] {
            app.db.add_activity(node.into(), minute(BEGIN)).await.unwrap();
        }
        app.db.add_activity("one".into(), minute(BEGIN + MINUTE)).await.unwrap();
        let sums = app.db.activity_since(BEGIN).await.unwrap();
        assert_eq!(sums, [Minute { at: BEGIN, started: 3, refreshed: 6, ended: 9, rejected: 12 }, minute(BEGIN + MINUTE)]);
        assert_eq!(app.db.activity_since(BEGIN + MINUTE).await.unwrap().len(), 1);
    }
}
