//! What the product does. Knows no HTTP, no Leptos, no SQL.

mod caller;
pub mod dashboard;
pub mod devices;
mod error;
mod events;
mod limits;
mod lockout;
mod monitor;
mod passwords;
mod permissions;
mod sessions;
mod set_up;
mod sign_in;
pub mod tokens;
mod users;

use crate::server::{clock::Clock, randomness::Randomness, settings::Settings, store::Db};
pub use caller::{Authenticated, Caller};
pub use error::ServiceError;
pub use events::{Counters, Events, SessionEvent};
pub use limits::{Budget, Limits};
pub use lockout::Lockout;
pub use monitor::Monitor;
pub use passwords::{Busy, Passwords};
pub use permissions::Permissions;
pub use sessions::{RefreshError, Sessions, Tokens};
pub use set_up::{SetUp, SetUpError};
pub use sign_in::{SignIn, SignInStep, SignedIn};

/// What faces say of a change: who makes it, and what it is.
pub use crate::server::store::{Actor, SessionRow, UserChange};
pub use users::{NewAccount, UserError, Users};

/// Everything the faces can ask for. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub limits: Limits,
    pub passwords: Passwords,
    pub permissions: Permissions,
    pub sessions: Sessions,
    pub sign_in: SignIn,
    pub users: Users,
    pub set_up: SetUp,
    pub monitor: Monitor,
}

impl Services {
    /// Builds the services on an open, migrated database.
    pub async fn build(
        db: Db,
        keys: tokens::Keyring,
        clock: Clock,
        randomness: Randomness,
        settings: &Settings,
    ) -> Result<Self, ServiceError> {
        let events = Events::default();
        let limits = Limits::new(&settings.limits, &clock);
        let passwords = Passwords::start(&settings.passwords, randomness.clone())?;
        let revocations = tokens::Revocations::load(db.clone(), clock.clone()).await?;
        let sessions = Sessions::new(db.clone(), &keys, revocations, events.clone(), &clock, &randomness, settings);
        let lockout = Lockout::new(db.clone(), keys, clock.clone(), &settings.lockout);
        let users = Users::new(
            db.clone(),
            sessions.clone(),
            passwords.clone(),
            lockout.clone(),
            clock.clone(),
            randomness.clone(),
        );
        Ok(Self {
            permissions: Permissions::load(&db).await?,
            sign_in: SignIn::new(users.clone(), lockout, events.clone()),
            set_up: SetUp::new(users.clone(), settings.server.public_url.origin().to_owned()),
            monitor: Monitor::new(sessions.clone(), limits.clone(), events, db.clone(), clock.clone()),
            limits,
            passwords,
            sessions,
            users,
            db,
            clock,
        })
    }

    /// Whether the database answers.
    pub async fn is_connected(&self) -> bool {
        self.db.ping().await.is_ok()
    }

    /// Whether requests should be sent here: the database is of this version, and this node knows
    /// what is revoked.
    pub async fn is_ready(&self) -> bool {
        self.db.is_migrated().await && self.sessions.revocations().is_fresh()
    }
}
