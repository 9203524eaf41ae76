//! The event stream of session events (HTML, server-sent events).

use futures::StreamExt;
use gloo_net::eventsource::{State, futures::EventSource};
use leptos::task::spawn_local;
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

const ADDRESS: &str = "/api/v1/admin/monitor/stream";
/// Event that replaces missed events.
pub const RESET: &str = "monitor.reset";
const NAMES: [&str; 5] = ["session.started", "session.renewed", "session.ended", "session.suspected", RESET];
/// Capacity of the inbox. If it overflows, the events in it count as missed.
const ROOM: usize = 400;

/// An event as received.
pub struct Arrival {
    pub name: &'static str,
    pub data: String,
    /// Id to resume a later stream after.
    pub id: String,
}

/// An open stream. The browser reconnects it on its own; dropping this value closes it.
pub struct SessionFeed {
    source: EventSource,
    inbox: Rc<RefCell<VecDeque<Arrival>>>,
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
                    put(&mut inbox.borrow_mut(), Arrival { name, data, id: event.last_event_id() });
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
    pub fn take(&self) -> VecDeque<Arrival> {
        std::mem::take(&mut *self.inbox.borrow_mut())
    }
}

fn put(inbox: &mut VecDeque<Arrival>, mut arrival: Arrival) {
    if inbox.len() >= ROOM {
        inbox.clear();
        arrival.name = RESET;
    }
    inbox.push_back(arrival);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_events_are_reported_as_missed_and_take_no_room() {
        let mut inbox = VecDeque::new();
        for number in 0..=ROOM {
            put(&mut inbox, Arrival { name: NAMES[1], data: String::new(), id: number.to_string() });
        }
        let last = inbox.back().map(|arrival| (arrival.name, arrival.id.clone()));
        assert_eq!((inbox.len(), last), (1, Some((RESET, ROOM.to_string()))));
    }
}
