use super::*;
use crate::{
    model::{SessionId, Timestamp, UserId},
    server::domain::SessionChange,
};

/// An event at this commit position, with an id that does not reveal it.
fn event(position: i64) -> SessionEvent {
    let (session, user) = (SessionId::from_parts(1, 1), UserId::from_parts(1, 1));
    SessionEvent::new(id(position), position, Timestamp(0), session, user, None, SessionChange::Started)
}

fn id(position: i64) -> EventId {
    EventId::from_parts(1, u128::from(position.unsigned_abs()))
}

fn feed(position: i64) -> Arc<Feed> {
    Arc::new(Feed::after_position(EventPosition { position, event: None }))
}

async fn read(reader: &mut Reader) -> Option<Vec<i64>> {
    match reader.next(100).await {
        Batch::Missed => None,
        Batch::Events(events) => Some(events.iter().map(|event| event.position).collect()),
    }
}

#[tokio::test]
async fn every_reader_gets_each_event_once_and_in_order_however_often_it_is_published() {
    let feed = feed(0);
    let mut reader = feed.subscribe();
    feed.publish_own(vec![event(1), event(2)]);
    feed.publish([event(2), event(3)]);
    assert_eq!(read(&mut reader).await, Some(vec![1, 2, 3]));
    feed.publish([event(4)]);
    assert_eq!(read(&mut reader).await, Some(vec![4]));
    assert_eq!(feed.position_of(id(2)), Some(2));
    assert_eq!(read(&mut feed.resume(2).expect("remembered")).await, Some(vec![3, 4]));
    assert_eq!(feed.position_of(id(9)), None);
}

#[tokio::test]
async fn a_resumed_reader_gets_every_event_committed_later_whatever_the_order_of_arrival() {
    let feed = feed(0);
    feed.publish_own(vec![event(1), event(3)]);
    assert_eq!(feed.known().position, 1, "another node's is still to be read");
    let last = EventPosition { position: 3, event: Some(id(3)) };
    feed.follow(Followed { events: vec![event(2), event(3)], last, is_whole: true });
    assert_eq!(feed.known(), last);
    assert_eq!(read(&mut feed.resume(1).expect("remembered")).await, Some(vec![3, 2]));
    assert_eq!(read(&mut feed.resume(2).expect("remembered")).await, Some(vec![3, 2]), "twice rather than never");
}

#[tokio::test]
async fn events_from_before_this_node_or_no_longer_in_memory_cannot_be_resumed_from_memory() {
    let feed = feed(10);
    feed.publish_own(vec![event(11)]);
    assert!(feed.resume(10).is_some());
    assert!(feed.resume(9).is_none());
    for position in 12..12 + i64::try_from(REMEMBERED).expect("small") {
        feed.publish_own(vec![event(position)]);
    }
    assert!(feed.resume(10).is_none());
    assert!(feed.resume(11).is_some());
}

#[tokio::test]
async fn a_reader_that_lags_too_far_behind_learns_that_it_missed_events() {
    let feed = feed(0);
    let mut slow = feed.subscribe();
    for position in 1..=i64::try_from(REMEMBERED).expect("small") + 1 {
        feed.publish([event(position)]);
    }
    assert_eq!(read(&mut slow).await, None);
    feed.publish([event(9_999)]);
    assert_eq!(read(&mut slow).await, Some(vec![9_999]));
    feed.lose();
    assert_eq!(read(&mut slow).await, None);
    assert_eq!(read(&mut feed.resume(9_999).expect("a reader")).await, None, "who comes back learns it, too");
    feed.publish([event(10_000), event(10_001)]);
    assert_eq!(read(&mut feed.resume(10_000).expect("a reader")).await, Some(vec![10_001]));
}

#[tokio::test]
async fn stored_events_come_first_and_none_is_repeated() {
    let feed = feed(2);
    feed.publish([event(3), event(4)]);
    let mut reader = feed.after(vec![event(2), event(3)], 1);
    assert_eq!(read(&mut reader).await, Some(vec![2]));
    assert_eq!(read(&mut reader).await, Some(vec![3, 4]));
}
