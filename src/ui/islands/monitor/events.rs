//! The event log.

use super::state::{ConnectionState, MonitorState};
use crate::{
    model::{MonitorView, StreamedEvent, Timestamp},
    ui::{
        browser::times,
        components::{Icon, Shape},
        text::monitor as text,
    },
};
use leptos::prelude::*;

/// One event of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub id: String,
    pub session_id: String,
    pub at: Timestamp,
    pub who: Option<String>,
    pub what: String,
    pub kind: EventKind,
}

/// Kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Started,
    Refreshed,
    Ended,
    Flagged,
}

impl EventKind {
    /// Parses the name of a stream event.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "session.started" => Some(Self::Started),
            "session.refreshed" => Some(Self::Refreshed),
            "session.ended" => Some(Self::Ended),
            "session.flagged" => Some(Self::Flagged),
            _ => None,
        }
    }

    fn appearance(self) -> (Option<&'static str>, Shape) {
        match self {
            Self::Started => (Some("live"), Shape::SignIn),
            Self::Refreshed => (None, Shape::Refresh),
            Self::Ended => (Some("ended"), Shape::SignOut),
            Self::Flagged => (Some("soon"), Shape::Warning),
        }
    }
}

impl LogLine {
    /// Creates the log line of an event; `None` if the event is not for the log.
    pub fn of(name: &str, news: &StreamedEvent) -> Option<Self> {
        Some(Self {
            kind: EventKind::parse(name)?,
            what: text::event(name, news.reason.as_deref())?,
            id: news.id.clone(),
            session_id: news.session_id.clone(),
            at: news.at.parse().ok()?,
            who: news.email.clone(),
        })
    }
}

/// Shows the latest events, newest first. Screen readers get an occasional summary instead, because reading out
/// each event would drown everything else.
#[component]
pub fn EventLog(monitor: MonitorState) -> impl IntoView {
    let is_empty = move || monitor.log.read().is_empty();
    view! {
        <section class="events card" aria-labelledby="events">
            <h2 id="events">{text::EVENTS}</h2>
            <p class="aside" hidden=move || !is_empty()>{move || {
                if monitor.connection.get() == ConnectionState::NotStarted { text::EVENTS_NEED_SCRIPTS } else { text::NO_EVENTS }
            }}</p>
            <div class="scrolls" role="log" aria-live="off" aria-labelledby="events" tabindex="0" hidden=is_empty>
                <ol>
                    <For each=move || monitor.log.get() key=|line| line.id.clone() let:line>
                        <LogEntry line />
                    </For>
                </ol>
            </div>
            <p class="visually-hidden" aria-live="polite">{move || monitor.summary.get()}</p>
        </section>
    }
}

#[component]
fn LogEntry(line: LogLine) -> impl IntoView {
    let LogLine { session_id, at, who, what, kind, .. } = line;
    let (colour, shape) = kind.appearance();
    view! {
        <li data-stage=colour>
            <time>{times::clock(at)}</time>
            <Icon shape />
            <a href=MonitorView::default().session(&session_id)><bdi>{who.unwrap_or_else(|| text::DELETED_USER.to_owned())}</bdi></a>
            <span>{what}</span>
        </li>
    }
}
