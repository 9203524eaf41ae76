//! Reads server-sent events one by one.

use super::PATIENCE;
use axum::{Router, body::BodyDataStream};
use claviger::model::StreamedEvent;
use futures::StreamExt;
use http::Request;
use std::collections::HashSet;
use tower::ServiceExt;

/// An open stream.
pub struct Stream {
    body: BodyDataStream,
    text: String,
    /// Ids of the events already counted.
    counted: HashSet<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: String,
}

impl Stream {
    /// Opens the stream. The request must be allowed.
    pub async fn open(router: Router, request: Request<axum::body::Body>) -> Self {
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new(), counted: HashSet::new() }
    }

    /// Returns the next event, or `None` when the stream has ended. Skips comments.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let event = Event::read(&self.text[..end]);
                self.text.drain(..end + 2);
                if event.is_some() {
                    return event;
                }
            }
            let more = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("more of the stream");
            self.text.push_str(std::str::from_utf8(&more?.unwrap()).unwrap());
        }
    }

    /// Returns the names of the next events. Each event is published at least once, and clients drop repeats
    /// by their ids; here too, a repeated event counts once.
    pub async fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        while names.len() < count {
            let event = self.next().await.expect("an event");
            if self.counted.insert(event.id) {
                names.push(event.name);
            }
        }
        names
    }
}

impl Event {
    /// Returns the event's payload.
    pub fn payload(&self) -> StreamedEvent {
        serde_json::from_str(&self.data).unwrap()
    }

    fn read(block: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut lines = block.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        Some(Self { id: field("id").unwrap_or_default(), name: field("event")?, data: field("data")? })
    }
}
