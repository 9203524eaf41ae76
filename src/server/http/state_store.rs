//! Where tower-sessions keeps the state of browsers that are not signed in: our own table.

use crate::server::{
    clock::Clock,
    randomness::Randomness,
    services::{
        Services,
        tokens::{Keyring, Sealed},
    },
    store::Db,
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

/// How long a browser that is not signed in is remembered.
pub const LIFE: Duration = Duration::from_mins(15);

/// After how many that were saved it is looked whether there are too many.
const TRIM_EVERY: usize = 500;

/// Our table, as tower-sessions sees it. What was typed stands in it sealed.
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

#[async_trait::async_trait]
impl SessionStore for StateStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // The id has 128 random bits: there is none to collide with.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let content = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let id = record.id.to_string();
        let sealed = self.keys.seal(Sealed::Flow, &id, &content, &self.randomness);
        // By our clock, not the record's date, which the library makes by the machine's.
        let saved = self.db.put_browser_state(id, sealed, self.clock.now() + LIFE).await;
        saved.map_err(|error| Error::Backend(error.to_string()))?;
        if (self.saved.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TRIM_EVERY) {
            self.db.trim_browser_states().await.map_err(|error| Error::Backend(error.to_string()))?;
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = self.db.find_browser_state(&id.to_string(), self.clock.now()).await;
        let found = found.map_err(|error| Error::Backend(error.to_string()))?;
        // What does not open is as if it were not there: it was sealed by a key that is gone.
        let opened = found.and_then(|sealed| self.keys.open(Sealed::Flow, &id.to_string(), &sealed));
        let Some(content) = opened else { return Ok(None) };
        let data = serde_json::from_slice(&content).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: PrimitiveDateTime::MAX.assume_utc() }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let deleted = self.db.delete_browser_state(id.to_string()).await;
        deleted.map_err(|error| Error::Backend(error.to_string()))
    }
}
