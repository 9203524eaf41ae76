//! Records last-seen updates in the background. One lost in a crash allows one reuse of a refresh token and
//! never ends a session.

use crate::{
    model::{RiskSignal, SessionId, SessionKind, Timestamp, UserId},
    server::{
        domain::SessionChange,
        services::{Caller, Events, Jobs, devices},
        store::{Db, LastSeenUpdate, LocationChange, SignInLocation, StoreError},
    },
};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

/// How often a session is updated while it keeps using the same generation.
const EVERY: Duration = Duration::from_mins(1);
/// How many sessions this node remembers. Above it, all are forgotten and updated again.
const REMEMBERED: usize = 100_000;
/// How many sign-in locations of a session are distinguished within one [`EVERY`].
const PLACES: usize = 4;
const WAITING: usize = 10_000;
const BATCH: usize = 500;

/// Handle to the last-seen writer.
#[derive(Clone)]
pub struct LastSeenRecorder {
    marked: Arc<Mutex<HashMap<SessionId, Mark>>>,
    queue: mpsc::Sender<Job>,
}

/// What this node remembers of a session.
#[derive(Clone, Copy)]
struct Mark {
    generation: i64,
    at: Timestamp,
    /// Hashes of the networks and browsers seen since, to save memory.
    places: [u64; PLACES],
}

/// A last-seen update with its location.
struct Seen {
    update: LastSeenUpdate,
    network: String,
    agent: String,
}

enum Job {
    Seen(Seen),
    Flush(oneshot::Sender<()>),
}

impl LastSeenRecorder {
    /// Starts the writer.
    pub fn start(db: Db, events: Events, jobs: &Jobs) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(AsyncMutex::new(waiting));
        jobs.keep("last-seen", move || write(db.clone(), events.clone(), Arc::clone(&waiting)));
        Self { marked: Arc::default(), queue }
    }

    /// Records the use of an access token: at once if generation or location are new on this node, otherwise
    /// once a minute.
    pub fn record_use(&self, session: SessionId, generation: i64, caller: &Caller, now: Timestamp) {
        if self.is_due(session, generation, place(caller), now) {
            self.send(session, Some(generation), caller, now);
        }
    }

    /// Records where a refresh token came from. Its arrival does not mean that the access token was used.
    pub fn record_refresh(&self, session: SessionId, caller: &Caller, now: Timestamp) {
        self.send(session, None, caller, now);
    }

    /// Waits until all updates so far are written.
    pub async fn flush(&self) {
        let (reply, flushed) = oneshot::channel();
        if self.queue.send(Job::Flush(reply)).await.is_ok() {
            let _ = flushed.await;
        }
    }

    fn send(&self, session: SessionId, generation: Option<i64>, caller: &Caller, at: Timestamp) {
        let update = LastSeenUpdate { session, generation, at };
        let seen = Seen { update, network: caller.network.to_string(), agent: caller.agent.clone() };
        // A full queue drops the update; the next request sends another.
        if self.queue.try_send(Job::Seen(seen)).is_err() {
            self.marked.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
        }
    }

    fn is_due(&self, session: SessionId, generation: i64, place: u64, now: Timestamp) -> bool {
        let mut marked = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        let known = marked
            .get(&session)
            .filter(|mark| generation <= mark.generation && mark.at <= now && now.is_within(EVERY, mark.at));
        let mark = match known {
            // A session that keeps changing location is updated only as often as locations can be
            // distinguished.
            Some(mark) if mark.places.contains(&place) || !mark.places.contains(&0) => return false,
            Some(mark) => mark.with(place),
            None => Mark { generation, at: now, places: [0; PLACES] }.with(place),
        };
        if marked.len() >= REMEMBERED {
            marked.clear();
        }
        marked.insert(session, mark);
        true
    }
}

impl Mark {
    fn with(mut self, place: u64) -> Self {
        if let Some(free) = self.places.iter_mut().find(|known| **known == 0) {
            *free = place;
        }
        self
    }
}

/// Hashes network and browser. Never 0, which marks a free slot.
fn place(caller: &Caller) -> u64 {
    let mut hasher = DefaultHasher::new();
    (caller.network.as_str(), &caller.agent).hash(&mut hasher);
    hasher.finish().max(1)
}

async fn write(db: Db, events: Events, jobs: Arc<AsyncMutex<mpsc::Receiver<Job>>>) {
    let mut jobs = jobs.lock().await;
    let mut waiting = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut waiting, BATCH).await > 0 {
        let (mut seen, mut flushed) = (Vec::new(), Vec::new());
        for job in waiting.drain(..) {
            match job {
                Job::Seen(one) => seen.push(one),
                Job::Flush(reply) => flushed.push(reply),
            }
        }
        if !seen.is_empty()
            && let Err(error) = mark(&db, &events, seen).await
        {
            tracing::warn!(cause = ?error, "lost last-seen updates");
        }
        for reply in flushed {
            let _ = reply.send(());
        }
    }
}

async fn mark(db: &Db, events: &Events, seen: Vec<Seen>) -> Result<(), StoreError> {
    let before = db.update_last_seen(seen.iter().map(|one| one.update.clone()).collect()).await?;
    let mut known: HashMap<SessionId, SignInLocation> = before.into_iter().map(|row| (row.id, row)).collect();
    let mut moved: Vec<LocationChange> = Vec::new();
    for one in seen {
        let Some(row) = known.get_mut(&one.update.session) else { continue };
        if let Some(suspicion) = compare(row, &one) {
            let suspicion = (row.kind != SessionKind::Key).then_some(suspicion);
            (row.network, row.agent) = (one.network.clone(), one.agent.clone());
            moved.push(one.moved(row.user_id, suspicion));
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    for moved in db.suspect_sessions(moved).await? {
        if let Some(suspicion) = moved.suspicion {
            events.publish(moved.at, moved.session, moved.user, SessionChange::Flagged(suspicion));
        }
    }
    Ok(())
}

/// Detects a location change. A newer version of the same browser is no change.
fn compare(before: &SignInLocation, now: &Seen) -> Option<RiskSignal> {
    let is_other_browser =
        before.agent != now.agent && devices::in_words(&before.agent) != devices::in_words(&now.agent);
    RiskSignal::of_change(before.network != now.network, is_other_browser)
}

impl Seen {
    fn moved(self, user: UserId, suspicion: Option<RiskSignal>) -> LocationChange {
        LocationChange {
            session: self.update.session,
            user,
            suspicion,
            device_words: devices::normalized(&self.agent),
            network: self.network,
            agent: self.agent,
            at: self.update.at,
        }
    }
}
