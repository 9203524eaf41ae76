//! Marks that a session was seen, and where, off the request's path: a mark lost in a crash costs one
//! tolerated replay, never a sign-out.

use crate::{
    model::{SessionId, Suspicion, Timestamp, UserId},
    server::{
        services::{Caller, Events, Jobs, devices, events::SessionChange},
        store::{Db, Moved, StoreError, Touch, Whereabouts},
    },
};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

/// A session that goes on using the same generation is marked this often.
const EVERY: Duration = Duration::from_mins(1);
/// How many sessions this node remembers having marked; past it, all are forgotten and marked anew.
const REMEMBERED: usize = 100_000;
/// How many places of a session are told apart within one [`EVERY`].
const PLACES: usize = 4;
const WAITING: usize = 10_000;
const BATCH: usize = 500;

/// The hand that gives marks to the task that writes them.
#[derive(Clone)]
pub struct Touches {
    marked: Arc<Mutex<HashMap<SessionId, Mark>>>,
    queue: mpsc::Sender<Job>,
}

/// What this node remembers of a session.
#[derive(Clone, Copy)]
struct Mark {
    generation: i64,
    at: Timestamp,
    /// Where it was seen since: hashes of network and agent, so that little is kept.
    places: [u64; PLACES],
}

/// That a session was seen, and where.
struct Seen {
    touch: Touch,
    network: String,
    agent: String,
}

enum Job {
    Seen(Seen),
    Flush(oneshot::Sender<()>),
}

impl Touches {
    /// Starts the task that writes.
    pub fn start(db: Db, events: Events, jobs: &Jobs) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(AsyncMutex::new(waiting));
        jobs.keep("last-seen", move || write(db.clone(), events.clone(), Arc::clone(&waiting)));
        Self { marked: Arc::default(), queue }
    }

    /// Marks that a token of this generation was used: at once when generation or place are new here, else
    /// once a minute.
    pub fn touch(&self, session: SessionId, generation: i64, caller: &Caller, now: Timestamp) {
        if self.is_due(session, generation, place(caller), now) {
            self.send(session, generation, caller, now);
        }
    }

    /// Marks where a refresh token came from. That it came does not mean that the access token was used.
    pub fn renewed(&self, session: SessionId, caller: &Caller, now: Timestamp) {
        self.send(session, -1, caller, now);
    }

    /// Waits until every mark made so far is written.
    pub async fn flush(&self) {
        let (reply, flushed) = oneshot::channel();
        if self.queue.send(Job::Flush(reply)).await.is_ok() {
            let _ = flushed.await;
        }
    }

    fn send(&self, session: SessionId, generation: i64, caller: &Caller, at: Timestamp) {
        let touch = Touch { session, generation, at };
        let seen = Seen { touch, network: caller.network.to_string(), agent: caller.agent.clone() };
        // A full queue drops the mark; the next request brings another.
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
            // A session that keeps moving is marked no oftener than its places can be told apart.
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

/// Where a request comes from, in short. Never 0.
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
            tracing::warn!(cause = ?error, "marks of use were lost");
        }
        for reply in flushed {
            let _ = reply.send(());
        }
    }
}

async fn mark(db: &Db, events: &Events, seen: Vec<Seen>) -> Result<(), StoreError> {
    let before = db.touch_sessions(seen.iter().map(|one| one.touch.clone()).collect()).await?;
    let mut known: HashMap<SessionId, Whereabouts> = before.into_iter().map(|row| (row.id, row)).collect();
    let mut moved: Vec<Moved> = Vec::new();
    for one in seen {
        let Some(row) = known.get_mut(&one.touch.session) else { continue };
        if let Some(suspicion) = compare(row, &one) {
            (row.network, row.agent) = (one.network.clone(), one.agent.clone());
            moved.push(one.moved(row.user_id, suspicion));
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    for moved in db.suspect_sessions(moved).await? {
        events.publish(moved.at, moved.session, moved.user, SessionChange::Suspected(moved.suspicion));
    }
    Ok(())
}

/// A newer version of the same browser is the same browser.
fn compare(before: &Whereabouts, now: &Seen) -> Option<Suspicion> {
    let is_other_browser =
        before.agent != now.agent && devices::in_words(&before.agent) != devices::in_words(&now.agent);
    Suspicion::of_change(before.network != now.network, is_other_browser)
}

impl Seen {
    fn moved(self, user: UserId, suspicion: Suspicion) -> Moved {
        Moved {
            session: self.touch.session,
            user,
            suspicion,
            device_words: devices::normalized(&self.agent),
            network: self.network,
            agent: self.agent,
            at: self.touch.at,
        }
    }
}
