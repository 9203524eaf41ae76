//! The event stream of session events (HTML, server-sent events).

use futures::StreamExt;
use gloo_net::eventsource::{State, futures::EventSource};
use leptos::task::spawn_local;
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

const ADDRESS: &str = "/api/v1/admin/monitor/stream";
/// Event that replaces missed events.
pub const RESET: &str = "monitor.reset";
const NAMES: [&str; 5] = ["session.started", "session.refreshed", "session.ended", "session.flagged", RESET];
/// Capacity of the inbox. If it overflows, the events in it count as missed.
const CAPACITY: usize = 400;

/// An event as received.
pub struct FeedEvent {
    pub name: &'static str,
    pub data: String,
    /// Id to resume a later stream after.
    pub id: String,
}

/// An open stream. The browser reconnects it on its own; dropping this value closes it.
pub struct SessionFeed {
    source: EventSource,
    inbox: Rc<RefCell<VecDeque<FeedEvent>>>,
}

impl SessionFeed {
    /// Opens a stream of new events, or of all events since `after`.
    pub fn open(after: &str) -> Option<Self> {
        let address = if after.is_empty() { ADDRESS.to_owned() } else { format!("{ADDRESS}?lastEventId={after}") };
        let mut source = EventSource::new(&address).ok()?;
        let inbox = Rc::new(RefCell::new(VecDeque::new()));
        for name in NAMES {
            let mut events = source.subscribe(name).ok()?;
            let inbox = Rc::clone(&inbox);
            spawn_local(async move {
                while let Some(Ok((_, event))) = events.next().await {
                    let data = event.data().as_string().unwrap_or_default();
                    push(&mut inbox.borrow_mut(), FeedEvent { name, data, id: event.last_event_id() });
                }
            });
        }
        Some(Self { source, inbox })
    }

    /// Returns whether the stream is open, reconnecting, or closed for good.
    pub fn state(&self) -> State {
        self.source.state()
    }

    /// Takes the events received since the last call, in order.
    pub fn take(&self) -> VecDeque<FeedEvent> {
        std::mem::take(&mut *self.inbox.borrow_mut())
    }
}

fn push(inbox: &mut VecDeque<FeedEvent>, mut event: FeedEvent) {
    if inbox.len() >= CAPACITY {
        inbox.clear();
        event.name = RESET;
    }
    inbox.push_back(event);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_events_are_reported_as_missed_and_take_no_room() {
        let mut inbox = VecDeque::new();
        for number in 0..=CAPACITY {
            push(&mut inbox, FeedEvent { name: NAMES[1], data: String::new(), id: number.to_string() });
        }
        let last = inbox.back().map(|event| (event.name, event.id.clone()));
        assert_eq!((inbox.len(), last), (1, Some((RESET, CAPACITY.to_string()))));
    }
}
