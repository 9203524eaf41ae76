//! What every request is held against: a set in memory, fed from the database. No query.

use super::{Claims, TokenError};
use crate::{
    model::{SessionId, Timestamp, UserId},
    server::{
        clock::Clock,
        store::{Db, EndedSession, Revocation, RevokedKind, StoreError},
    },
};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How far each poll looks back: a commit that took this long is still seen.
const OVERLAP: Duration = Duration::from_secs(10);
/// A node that could not look for this long refuses signed-in requests: the stated bound.
const BOUND: Duration = Duration::from_secs(5);

/// The ended sessions and the users' lowest good versions, as this node knows them.
#[derive(Clone)]
pub struct Revocations {
    db: Db,
    clock: Clock,
    known: Arc<RwLock<Known>>,
    /// When this node last looked, in milliseconds since `started`: by the machine's steady clock,
    /// which no setting of the other one moves.
    looked_at: Arc<AtomicU64>,
    started: Instant,
}

#[derive(Default)]
struct Known {
    sessions: HashMap<SessionId, Timestamp>,
    users: HashMap<UserId, (i64, Timestamp)>,
    latest: Timestamp,
    data_version: Option<i64>,
}

impl Revocations {
    /// Everything that is in force, read before the first request.
    pub async fn load(db: Db, clock: Clock) -> Result<Self, StoreError> {
        let revocations = Self { db, clock, known: Arc::default(), looked_at: Arc::default(), started: Instant::now() };
        revocations.poll().await?;
        Ok(revocations)
    }

    /// Whether a genuine token is refused.
    pub fn check(&self, claims: &Claims) -> Result<(), TokenError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
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
        self.known.read().unwrap_or_else(PoisonError::into_inner).sessions.contains_key(&session)
    }

    /// Whether this node has looked lately enough to be believed.
    pub fn is_fresh(&self) -> bool {
        let looked_at = Duration::from_millis(self.looked_at.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(looked_at) < BOUND
    }

    /// Refuses these sessions from now on: their end is in the database already.
    pub fn add_sessions(&self, ended: &[EndedSession]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.sessions.extend(ended.iter().map(|session| (session.id, session.access_until)));
    }

    /// Looks for what others have revoked, and forgets what no token can need any more. On SQLite
    /// nothing is read unless somebody has written.
    pub async fn poll(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let data_version = self.db.data_version().await?;
        let (seen, latest) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.data_version, known.latest)
        };
        if data_version.is_none() || data_version != seen {
            // A row from a clock that is ahead must not hide what others write meanwhile.
            let found = self.db.revocations_since(latest.min(now) - OVERLAP, now).await?;
            self.known.write().unwrap_or_else(PoisonError::into_inner).learn(found, data_version);
        }
        self.known.write().unwrap_or_else(PoisonError::into_inner).forget(now);
        let elapsed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.looked_at.store(elapsed, Ordering::Relaxed);
        Ok(())
    }
}

impl Known {
    fn learn(&mut self, found: Vec<Revocation>, data_version: Option<i64>) {
        for revocation in found {
            self.latest = self.latest.max(revocation.at);
            match revocation.kind {
                RevokedKind::Session => {
                    if let Ok(id) = revocation.id.parse() {
                        self.sessions.insert(id, revocation.until);
                    }
                }
                RevokedKind::User => {
                    if let Ok(id) = revocation.id.parse() {
                        let known = self.users.entry(id).or_insert((0, revocation.until));
                        // Two changes at once may be read in either order: the higher version holds.
                        *known = (known.0.max(revocation.version), known.1.max(revocation.until));
                    }
                }
            }
        }
        self.data_version = data_version;
    }

    fn forget(&mut self, now: Timestamp) {
        self.sessions.retain(|_, until| now < *until);
        self.users.retain(|_, (_, until)| now < *until);
    }
}
