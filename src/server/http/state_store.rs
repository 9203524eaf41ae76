//! Stores the state of browsers that are not signed in, for tower-sessions, in our own table.
//!
//! A database error never fails a request: tower-sessions would replace the response to a completed operation
//! with an empty 500. A state that can't be saved is dropped, and one that can't be read counts as absent.

use super::state::AppState;
use crate::server::{
    clock::Clock,
    context::cookies,
    randomness::Randomness,
    services::{
        Services,
        tokens::{Keyring, Sealed},
    },
    store::{Db, StoreError},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower_sessions::{
    SessionStore,
    cookie::time::PrimitiveDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// How long the state of a browser that is not signed in is kept.
pub const LIFE: Duration = Duration::from_mins(15);
/// How long a response waits for its state to be saved or deleted. The operation itself continues.
const PATIENCE: Duration = Duration::from_secs(2);
/// After how many saves the table is trimmed.
const TRIM_EVERY: usize = 500;

/// Our table as a tower-sessions store. Its content is sealed, because it holds what users typed.
#[derive(Clone)]
pub struct StateStore {
    db: Db,
    keys: Keyring,
    clock: Clock,
    randomness: Randomness,
    saved: Arc<AtomicUsize>,
}

impl StateStore {
    pub fn new(services: &Services, randomness: Randomness) -> Self {
        let (db, keys, clock) = (services.db.clone(), services.keys.clone(), services.clock.clone());
        Self { db, keys, clock, randomness, saved: Arc::default() }
    }
}

impl fmt::Debug for StateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateStore")
    }
}

/// If a browser sends several state cookies, keeps the one whose state exists; tower-sessions would take the last.
pub async fn one_state(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let ids: Vec<String> = cookies::all(request.headers(), &state.cookies.flow).map(str::to_owned).collect();
    if ids.len() > 1 {
        let kept = async {
            for id in &ids {
                if state.services.db.find_browser_state(id, state.services.clock.now()).await?.is_some() {
                    return Ok(Some(id.as_str()));
                }
            }
            Ok(None)
        };
        let kept = in_time(kept).await.ok().flatten();
        state.cookies.settle(request.headers_mut(), &state.cookies.flow, kept);
    }
    next.run(request).await
}

#[async_trait::async_trait]
impl SessionStore for StateStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // The id has 128 random bits: collisions do not happen.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let content = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let id = record.id.to_string();
        let sealed = self.keys.seal(Sealed::Flow, &id, &content, &self.randomness);
        // Uses our clock, not the record's date, which tower-sessions takes from the system clock.
        let saved = in_time(self.db.put_browser_state(id, sealed, self.clock.now() + LIFE)).await;
        if let Err(error) = saved {
            tracing::warn!(cause = ?error, "can't save the state of a browser");
        } else if (self.saved.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TRIM_EVERY)
            && let Err(error) = in_time(self.db.trim_browser_states()).await
        {
            tracing::warn!(cause = ?error, "can't delete the states of old browsers");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let id_text = id.to_string();
        let found = in_time(self.db.find_browser_state(&id_text, self.clock.now())).await.unwrap_or_else(|error| {
            tracing::warn!(cause = ?error, "can't read the state of a browser");
            None
        });
        // A state that can't be opened counts as absent: its key is gone.
        let opened = found.and_then(|sealed| self.keys.open(Sealed::Flow, &id_text, &sealed));
        let Some(content) = opened else { return Ok(None) };
        let data = serde_json::from_slice(&content).ok();
        Ok(data.map(|data| Record { id: *id, data, expiry_date: PrimitiveDateTime::MAX.assume_utc() }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        if let Err(error) = in_time(self.db.delete_browser_state(id.to_string())).await {
            tracing::warn!(cause = ?error, "can't delete the state of a browser");
        }
        Ok(())
    }
}

async fn in_time<T>(
    operation: impl Future<Output = std::result::Result<T, StoreError>>,
) -> std::result::Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, operation).await.unwrap_or(Err(StoreError::Unavailable(None)))
}
