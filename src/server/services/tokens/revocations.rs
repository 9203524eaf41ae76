//! What every request is held against: a set in memory, fed from the database. No query.

use super::{Claims, TokenError};
use crate::{
    model::{RevocationDelay, SessionId, Timestamp, UserId},
    server::{
        clock::Clock,
        services::{ClockCheck, clock_check::UNUSED},
        store::{Db, EndedSession, Position, Revoked, RevokedKind, StoreError},
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

/// A node that could not look for this long refuses signed-in requests: the stated bound.
const BOUND: Duration = Duration::from_secs(5);
/// How far clocks may disagree without anything being forgotten that still protects.
const CLOCKS: Duration = UNUSED;
/// What is over is looked for no oftener than this.
const FORGET: Duration = Duration::from_mins(1);
/// Of how many revocations by others it is remembered how long they took to be heard of here.
const MEASURED: usize = 100;

/// The ended sessions and the users' lowest good versions, as this node knows them.
#[derive(Clone)]
pub struct Revocations {
    db: Db,
    clock: Clock,
    clock_check: ClockCheck,
    known: Arc<RwLock<Known>>,
    /// When this node last looked, in milliseconds since `started`: by the machine's steady clock,
    /// which no setting of the other one moves.
    looked_at: Arc<AtomicU64>,
    started: Instant,
    /// The longest life of an access token.
    longest: Duration,
}

struct Known {
    sessions: HashMap<SessionId, Timestamp>,
    users: HashMap<UserId, (i64, Timestamp)>,
    /// Everything up to this place in the order of commits is known.
    position: Position,
    /// Whether that is so: not after the database turned out to be on another history, until all is learnt again.
    is_whole: bool,
    data_version: Option<i64>,
    /// Nothing that is known is over before this moment; but no oftener than [`FORGET`].
    forget_at: Timestamp,
    delays: VecDeque<Duration>,
}

impl Revocations {
    /// Everything that is in force, read before the first request.
    ///
    /// `longest` is the longest life of an access token.
    pub async fn load(db: Db, clock: Clock, clock_check: ClockCheck, longest: Duration) -> Result<Self, StoreError> {
        let known = Arc::new(RwLock::new(Known::new()));
        let started = Instant::now();
        let revocations = Self { db, clock, clock_check, known, looked_at: Arc::default(), started, longest };
        revocations.poll().await?;
        Ok(revocations)
    }

    /// Whether a genuine token is refused.
    pub fn check(&self, claims: &Claims) -> Result<(), TokenError> {
        let known = self.read();
        if known.sessions.contains_key(&claims.session) {
            return Err(TokenError::Revoked);
        }
        match known.users.get(&claims.user) {
            Some((i64::MAX, _)) => Err(TokenError::Revoked),
            Some((version, _)) if claims.version < *version => Err(TokenError::Stale),
            _ => Ok(()),
        }
    }

    /// Whether this session is known to have ended.
    pub fn has_ended(&self, session: SessionId) -> bool {
        self.read().sessions.contains_key(&session)
    }

    /// How fast a revocation is: the stated bound, and the slowest of the latest that came from elsewhere.
    pub fn delay(&self) -> RevocationDelay {
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        RevocationDelay { promised: millis(BOUND), measured: self.read().delays.iter().max().copied().map(millis) }
    }

    /// Whether this node has looked lately enough to be believed.
    pub fn is_fresh(&self) -> bool {
        let looked_at = Duration::from_millis(self.looked_at.load(Ordering::Relaxed));
        self.read().is_whole && self.started.elapsed().saturating_sub(looked_at) < BOUND
    }

    /// Refuses these sessions from now on: their end is in the database already.
    pub fn add_sessions(&self, ended: &[EndedSession]) {
        self.write().add(ended);
    }

    /// Looks for what others have revoked, and forgets what no token can need any more. On SQLite
    /// nothing is read unless somebody has written.
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
        // What is known is what was true when it was asked, however long the answer took.
        self.looked_at.fetch_max(u64::try_from(asked.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(())
    }

    async fn learn_after(&self, position: &Position, data_version: Option<i64>) -> Result<(), StoreError> {
        let found = self.db.revocations_after(position).await?;
        let mut known = self.write();
        if found.follows {
            known.learn(found, data_version, self.clock.now());
        } else {
            tracing::warn!("the database is on another history than before: its revocations are learnt again");
            known.is_whole = false;
        }
        Ok(())
    }

    /// Learns everything that is in force. Sessions that were known to have ended stay refused: their owners were
    /// told so. Versions of users are those of the database, because it issues no higher ones.
    async fn learn_all(&self, data_version: Option<i64>, now: Timestamp) -> Result<(), StoreError> {
        let found = self.db.revocations_after(&Position::BEGIN).await?;
        let ended = self.db.sessions_ended_since(now - self.longest - CLOCKS, now - CLOCKS).await?;
        let mut known = self.write();
        known.users.clear();
        known.learn(found, data_version, self.clock.now());
        known.add(&ended);
        known.is_whole = true;
        // What was read at once says nothing of how fast news come.
        known.delays.clear();
        Ok(())
    }

    /// Goes through what is known only when something is over: every check waits for who writes here.
    ///
    /// What is over is known for another day: the clock may be wrong, and right again later.
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

    fn add(&mut self, ended: &[EndedSession]) {
        for session in ended {
            self.forget_at = self.forget_at.min(session.access_until);
            self.sessions.insert(session.id, session.access_until);
        }
    }

    fn learn(&mut self, found: Revoked, data_version: Option<i64>, now: Timestamp) {
        self.position = found.position;
        for revocation in found.revocations {
            self.forget_at = self.forget_at.min(revocation.until);
            let is_news = match revocation.kind {
                RevokedKind::Session => {
                    revocation.id.parse().is_ok_and(|id| self.sessions.insert(id, revocation.until).is_none())
                }
                RevokedKind::User => revocation.id.parse().is_ok_and(|id| {
                    let known = self.users.entry(id).or_insert((0, revocation.until));
                    let is_news = known.0 < revocation.version;
                    // The higher version holds.
                    *known = (known.0.max(revocation.version), known.1.max(revocation.until));
                    is_news
                }),
            };
            if is_news {
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
