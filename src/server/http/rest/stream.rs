//! `GET /admin/monitor/stream`: session events as server-sent events (HTML Living Standard §9.2).

use crate::{
    model::EventId,
    server::{
        http::{
            extractors::{RequirePermission, SessionsRead},
            problem::Problem,
            state::AppState,
            watchers::Place,
        },
        services::{Batch, Events, Reader, SessionEvent},
    },
};
use axum::{
    body::{Body, Bytes},
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::{convert::Infallible, fmt::Write, time::Duration};
use tokio::time::Instant;

/// How often the watcher's permission is checked: the documented revocation delay.
const CHECK: Duration = Duration::from_secs(1);
/// How long after the last frame a keep-alive comment is sent, so that no proxy takes the stream for dead.
const SILENCE: Duration = Duration::from_secs(15);
/// Events within this time of the last frame are sent together.
const PACE: Duration = Duration::from_millis(250);
/// How many events are sent at once.
const BATCH: usize = 100;
/// Sent first: a browser that loses the stream reconnects after a second.
const HELLO: &str = ": watching\nretry: 1000\n\n";
const ALIVE: &str = ": alive\n\n";
/// The client must reload what it shows: some events were lost.
const RESET: &str = "event: monitor.reset\ndata: {}\n\n";

/// The event to resume after. A browser that reconnects on its own sends it as a header.
#[derive(Deserialize)]
pub struct StreamQuery {
    #[serde(rename = "lastEventId")]
    last_event_id: Option<String>,
}

/// One stream.
struct Watch {
    state: AppState,
    watcher: RequirePermission<SessionsRead>,
    reader: Reader,
    sent_at: Option<Instant>,
    _place: Place,
}

/// Streams events until the client disconnects or loses its permission.
pub async fn watch(
    State(state): State<AppState>,
    watcher: RequirePermission<SessionsRead>,
    asked: Result<Query<StreamQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::BadRequest("Invalid query string"))?;
    let place = state.watchers.take_place().ok_or(Problem::Busy)?;
    let by_header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let reader = reader(state.services.monitor.events(), by_header.or(asked.last_event_id)).await?;
    let watch = Watch { state, watcher, reader, sent_at: None, _place: place };
    let frames = futures::stream::unfold(watch, |mut watch| async move {
        watch.next().await.map(|frame| (Ok::<_, Infallible>(frame), watch))
    });
    let mut response = Body::from_stream(frames).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies such as nginx would hold events back to send more at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Returns a reader that begins after this event, or with the next event if none is named.
async fn reader(events: &Events, last_event: Option<String>) -> Result<Reader, Problem> {
    match last_event.filter(|id| !id.is_empty()) {
        None => Ok(events.subscribe()),
        Some(id) => match id.parse::<EventId>() {
            Ok(id) => Ok(events.resume(id).await?),
            Err(_) => Ok(events.subscribe_afresh()),
        },
    }
}

impl Watch {
    /// Returns the next frame, or `None` when the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        let Some(sent_at) = self.sent_at else {
            self.sent_at = Some(Instant::now());
            return Some(Bytes::from_static(HELLO.as_bytes()));
        };
        let frame = loop {
            if !self.watcher.still_holds(&self.state) {
                return None;
            }
            let events = async {
                tokio::time::sleep_until(sent_at + PACE).await;
                self.reader.next(BATCH).await
            };
            tokio::select! {
                () = self.state.watchers.are_sent_away() => return None,
                batch = events => break frame(batch),
                () = tokio::time::sleep(CHECK) => {}
            }
            if sent_at.elapsed() >= SILENCE {
                break Bytes::from_static(ALIVE.as_bytes());
            }
        };
        self.sent_at = Some(Instant::now());
        Some(frame)
    }
}

fn frame(batch: Batch) -> Bytes {
    match batch {
        Batch::Missed => Bytes::from_static(RESET.as_bytes()),
        Batch::Events(events) => events.iter().map(|event| event.stream_text(written)).collect::<String>().into(),
    }
}

fn written(event: &SessionEvent) -> String {
    let mut text = String::new();
    let data = serde_json::to_string(&event.streamed()).unwrap_or_default();
    // Writing to a string does not fail.
    let _ = write!(text, "id: {}\nevent: {}\ndata: {data}\n\n", event.id, event.what.event_name());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{EndReason, SessionId, Timestamp, UserId},
        server::domain::SessionChange,
    };

    #[test]
    fn an_event_is_written_as_the_standard_requires() {
        let event = SessionEvent::new(
            EventId::from_parts(1, 1),
            1,
            Timestamp(0),
            SessionId::from_parts(2, 2),
            UserId::from_parts(3, 3),
            Some("ada@example.com".to_owned()),
            SessionChange::Ended(EndReason::Revoked),
        );
        assert_eq!(
            written(&event),
            "id: 00000000010000000000000001\nevent: session.ended\ndata: {\"id\":\"00000000010000000000000001\",\
             \"sessionId\":\"00000000020000000000000002\",\"userId\":\"00000000030000000000000003\",\
             \"email\":\"ada@example.com\",\"at\":\"1970-01-01T00:00:00Z\",\"reason\":\"revoked\"}\n\n"
        );
    }
}
