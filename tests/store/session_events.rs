//! What happened to sessions lately.

use super::{DAY, MINUTE};
use crate::{app::BEGIN, on_both_databases};
use claviger::{
    model::{EventId, Minute, SessionId, Timestamp},
    server::store::SessionEventRow,
};

fn event(user: claviger::model::UserId, at: Timestamp) -> SessionEventRow {
    let made = u64::try_from(at.0).unwrap();
    SessionEventRow {
        id: EventId::from_parts(made, 7),
        at,
        what: "started".into(),
        session_id: SessionId::from_parts(made, 8),
        user_id: user,
        reason: None,
        email: None,
    }
}

on_both_databases! {
    async fn an_event_gets_the_address_of_its_user_and_is_read_by_other_nodes_only(app) {
        let ada = app.user("ada").await;
        let gone = claviger::model::UserId::from_parts(1, 1);
        let events = vec![event(ada.id, BEGIN), event(gone, BEGIN + MINUTE)];
        let written = app.db.insert_session_events("one".into(), events).await.unwrap();
        assert_eq!(written[0].email.as_deref(), Some("ada@example.com"));
        assert_eq!(written[1].email, None);
        let from = EventId::from_parts(0, 0);
        assert_eq!(app.db.session_events_of_others("one", from, 10).await.unwrap(), []);
        assert_eq!(app.db.session_events_of_others("other", from, 10).await.unwrap(), written);
        assert_eq!(app.db.session_events_of_others("other", written[1].id, 10).await.unwrap(), written[1..]);
    }

    async fn what_came_after_an_event_is_told_again_and_of_other_nodes_a_little_more(app) {
        let ada = app.user("ada").await;
        let second = std::time::Duration::from_secs(1);
        let of = |number: u32| event(ada.id, BEGIN + second * number);
        app.db.insert_session_events("one".into(), vec![of(1), of(3), of(5)]).await.unwrap();
        app.db.insert_session_events("other".into(), vec![of(2), of(4)]).await.unwrap();
        let after = app.db.session_events_after(of(3).id, of(2).id, 10).await.unwrap();
        let times: Vec<i64> = after.iter().map(|event| (event.at.0 - BEGIN.0) / 1000).collect();
        assert_eq!(times, [2, 4, 5], "the other node's may have been committed later than its id tells");
        assert!(app.db.has_session_event(of(3).id).await.unwrap());
        assert!(!app.db.has_session_event(of(6).id).await.unwrap());
    }

    async fn events_are_forgotten_after_an_hour_and_figures_after_a_day(app) {
        let ada = app.user("ada").await;
        app.db.insert_session_events("one".into(), vec![event(ada.id, BEGIN)]).await.unwrap();
        app.db.add_activity("one".into(), Minute { at: BEGIN, started: 1, ..Minute::default() }).await.unwrap();
        app.services.retention.sweep_at(BEGIN + MINUTE * 60).await.unwrap();
        assert!(app.db.has_session_event(event(ada.id, BEGIN).id).await.unwrap());
        app.services.retention.sweep_at(BEGIN + MINUTE * 61).await.unwrap();
        assert!(!app.db.has_session_event(event(ada.id, BEGIN).id).await.unwrap());
        assert_eq!(app.db.activity_since(BEGIN).await.unwrap().len(), 1);
        app.services.retention.sweep_at(BEGIN + DAY + MINUTE * 60).await.unwrap();
        assert_eq!(app.db.activity_since(BEGIN).await.unwrap(), []);
    }

    async fn the_figures_of_all_nodes_are_added_by_minute(app) {
        let minute = |at| Minute { at, started: 1, renewed: 2, ended: 3, refused: 4 };
        for node in ["one", "other", "one"] {
            app.db.add_activity(node.into(), minute(BEGIN)).await.unwrap();
        }
        app.db.add_activity("one".into(), minute(BEGIN + MINUTE)).await.unwrap();
        let sums = app.db.activity_since(BEGIN).await.unwrap();
        assert_eq!(sums, [Minute { at: BEGIN, started: 3, renewed: 6, ended: 9, refused: 12 }, minute(BEGIN + MINUTE)]);
        assert_eq!(app.db.activity_since(BEGIN + MINUTE).await.unwrap().len(), 1);
    }
}
