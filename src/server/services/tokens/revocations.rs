//! Holds the revocations in memory, fed from the database, so that checking a token needs no query.

use super::{Claims, TokenError};
use crate::{
    model::{RevocationDelay, SessionId, Timestamp, UserId},
    server::{
        clock::Clock,
        services::{ClockCheck, clock_check::UNUSED},
        store::{Accepted, Db, EndedSession, Position, Revoked, RevokedKind, StoreError},
    },
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A node that could not poll for this long refuses signed-in requests. This is the documented bound.
const BOUND: Duration = Duration::from_secs(5);
/// How far clocks may disagree without forgetting a revocation that still matters.
const CLOCKS: Duration = UNUSED;
/// The shortest interval between cleanups.
const FORGET: Duration = Duration::from_mins(1);
/// For how many revocations by other nodes the delay is kept.
const MEASURED: usize = 100;

/// The ended sessions and the lowest valid token version of each user, as this node knows them.
#[derive(Clone)]
pub struct Revocations {
    db: Db,
    clock: Clock,
    clock_check: ClockCheck,
    known: Arc<RwLock<Known>>,
    /// When the last poll began, in milliseconds since `started`. It uses the steady clock, which setting the
    /// wall clock does not move.
    looked_at: Arc<AtomicU64>,
    started: Instant,
    /// The longest life of an access token.
    longest: Duration,
}

struct Known {
    sessions: HashMap<SessionId, Timestamp>,
    users: HashMap<UserId, (Accepted, Timestamp)>,
    /// Everything up to this commit position is known.
    position: Position,
    /// Whether `position` can be trusted. False after a change of the database's history, until everything is
    /// reloaded.
    is_whole: bool,
    data_version: Option<i64>,
    /// No entry expires before this moment. After a cleanup it is at least [`FORGET`] ahead.
    forget_at: Timestamp,
    delays: VecDeque<Duration>,
}

impl Revocations {
    /// Loads all revocations in force, before the first request.
    ///
    /// `longest` is the longest lifetime of an access token.
    pub async fn load(db: Db, clock: Clock, clock_check: ClockCheck, longest: Duration) -> Result<Self, StoreError> {
        let known = Arc::new(RwLock::new(Known::new()));
        let started = Instant::now();
        let revocations = Self { db, clock, clock_check, known, looked_at: Arc::default(), started, longest };
        revocations.poll().await?;
        Ok(revocations)
    }

    /// Rejects a genuine token whose session or version was revoked.
    pub fn check(&self, claims: &Claims) -> Result<(), TokenError> {
        let known = self.read();
        if known.sessions.contains_key(&claims.session) {
            return Err(TokenError::Revoked);
        }
        match known.users.get(&claims.user) {
            Some((Accepted::Nothing, _)) => Err(TokenError::Revoked),
            Some((Accepted::From(version), _)) if claims.version < *version => Err(TokenError::Stale),
            _ => Ok(()),
        }
    }

    /// Returns whether this session is known to have ended.
    pub fn has_ended(&self, session: SessionId) -> bool {
        self.read().sessions.contains_key(&session)
    }

    /// Returns the documented bound and the slowest of the latest revocations by other nodes.
    pub fn delay(&self) -> RevocationDelay {
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        RevocationDelay { promised: millis(BOUND), measured: self.read().delays.iter().max().copied().map(millis) }
    }

    /// Returns whether the last successful poll is recent enough.
    pub fn is_fresh(&self) -> bool {
        let looked_at = Duration::from_millis(self.looked_at.load(Ordering::Relaxed));
        self.read().is_whole && self.started.elapsed().saturating_sub(looked_at) < BOUND
    }

    /// Revokes these sessions on this node at once. They have ended in the database already.
    pub fn add_sessions(&self, ended: &[EndedSession]) {
        self.write().add(ended, self.clock.now());
    }

    /// Reads what other nodes have revoked, and forgets what no token can need. On SQLite it reads only after
    /// someone has written.
    pub async fn poll(&self) -> Result<(), StoreError> {
        let (now, asked) = (self.clock.now(), self.started.elapsed());
        let data_version = self.db.data_version().await?;
        let (seen, position, is_whole) = {
            let known = self.read();
            (known.data_version, known.position.clone(), known.is_whole)
        };
        if data_version.is_none() || data_version != seen || !is_whole {
            if is_whole {
                self.learn_after(&position, data_version).await?;
            }
            if !self.read().is_whole {
                self.learn_all(data_version, now).await?;
            }
        }
        self.forget();
        // The result is as old as the query, however long the response took.
        self.looked_at.fetch_max(u64::try_from(asked.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(())
    }

    async fn learn_after(&self, position: &Position, data_version: Option<i64>) -> Result<(), StoreError> {
        let found = self.db.revocations_after(position).await?;
        let mut known = self.write();
        if found.follows {
            known.learn(found, data_version, self.clock.now());
        } else {
            tracing::warn!("the database was restored or replaced: reloading revocations");
            known.is_whole = false;
        }
        Ok(())
    }

    /// Loads everything in force. Sessions known to have ended stay revoked, because their owners were informed
    /// so. Token versions are reset to the database's, which issues no higher ones.
    async fn learn_all(&self, data_version: Option<i64>, now: Timestamp) -> Result<(), StoreError> {
        let found = self.db.revocations_after(&Position::BEGIN).await?;
        let ended = self.db.sessions_ended_since(now - self.longest - CLOCKS, now - CLOCKS).await?;
        let mut known = self.write();
        known.users.clear();
        known.learn(found, data_version, self.clock.now());
        known.add(&ended, now);
        known.is_whole = true;
        // A full load says nothing about how fast revocations arrive.
        known.delays.clear();
        Ok(())
    }

    /// Cleans up only if something has expired, because the write lock blocks every check.
    ///
    /// Expired entries are kept for another day: the clock may be wrong now and right later.
    fn forget(&self) {
        let Some(now) = self.clock_check.believed_now() else { return };
        let over = now - CLOCKS;
        let is_over = self.read().forget_at <= over;
        if is_over {
            self.write().forget(over);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn new() -> Self {
        Self {
            sessions: HashMap::new(),
            users: HashMap::new(),
            position: Position::BEGIN,
            is_whole: false,
            data_version: None,
            forget_at: Timestamp(i64::MAX),
            delays: VecDeque::new(),
        }
    }

    fn add(&mut self, ended: &[EndedSession], now: Timestamp) {
        for session in ended {
            let until = session.refused_until(now);
            self.forget_at = self.forget_at.min(until);
            self.sessions.insert(session.id, until);
        }
    }

    fn learn(&mut self, found: Revoked, data_version: Option<i64>, now: Timestamp) {
        self.position = found.position;
        for revocation in found.revocations {
            self.forget_at = self.forget_at.min(revocation.until);
            let is_new = match revocation.kind {
                RevokedKind::Session => {
                    revocation.id.parse().is_ok_and(|id| self.sessions.insert(id, revocation.until).is_none())
                }
                RevokedKind::User => revocation.id.parse().is_ok_and(|id| {
                    let known = self.users.entry(id).or_insert((Accepted::From(0), revocation.until));
                    let is_new = known.0 < revocation.accepted;
                    // The stricter one counts.
                    *known = (known.0.max(revocation.accepted), known.1.max(revocation.until));
                    is_new
                }),
            };
            if is_new {
                self.delays.truncate(MEASURED - 1);
                self.delays.push_front(now.since(revocation.at));
            }
        }
        self.data_version = data_version;
    }

    fn forget(&mut self, now: Timestamp) {
        self.sessions.retain(|_, until| now < *until);
        self.users.retain(|_, (_, until)| now < *until);
        let ends = self.sessions.values().copied().chain(self.users.values().map(|(_, until)| *until));
        self.forget_at = ends.min().map_or(Timestamp(i64::MAX), |first| first.max(now + FORGET));
    }
}
