//! The business rules. Knows no HTTP, Leptos or SQL.

mod caller;
mod clock_check;
mod core;
pub mod dashboard;
pub mod devices;
mod error;
mod events;
mod import;
mod inspector;
mod jobs;
mod limits;
mod links;
mod lockout;
mod mail;
mod monitor;
mod new_account;
mod other_nodes;
mod own_account;
pub mod own_sessions;
mod part;
mod passwords;
mod permissions;
mod readiness;
mod recovery;
mod registration;
mod retention;
mod session_view;
mod sessions;
mod set_up;
mod sign_in;
pub mod tokens;
mod users;

use crate::server::{
    clock::Clock,
    randomness::Randomness,
    settings::Settings,
    store::{Db, StoreError},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};

pub use caller::{Authenticated, Caller};
pub use clock_check::ClockCheck;
pub(crate) use core::Core;
pub use error::ServiceError;
pub use events::{Batch, Events, Reader, SessionChange, SessionEvent};
pub use import::{Import, NewMember, NewMembers, Refused};
pub use inspector::{Findings, InspectorError, InspectorService};
pub use jobs::{Jobs, Leases};
pub use limits::{BudgetState, RateLimits};
pub use links::{Link, Links};
pub use lockout::LockoutService;
pub use mail::{MailBudget, MailContent, MailCounts, MailTemplate, Mailer, Part, Preview, ResendError};
pub use monitor::{Cursor, Ending, MonitorService, SessionHistory, SessionPage, SessionQuery};
pub use new_account::NewAccount;
pub use other_nodes::OtherNodes;
pub use own_account::{OwnAccountError, OwnAccountService};
pub use passwords::{BadHash, Busy, ImportedHash, PasswordService, Verdict};
pub use permissions::Permissions;
pub use readiness::{Readiness, Reason};
pub use recovery::{Confirmation, LinkError, RecoveryService};
pub use registration::{InvitationError, RegistrationError, RegistrationService};
pub use retention::RetentionService;
pub use sessions::{RefreshError, SessionService, Tokens};
pub use set_up::{SetUpError, SetUpService};
pub use sign_in::{SignInService, SignInStep, SignedIn};
pub use users::{UserError, UserService};

/// All services. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub jobs: Jobs,
    pub readiness: Readiness,
    pub other_nodes: OtherNodes,
    node: Arc<str>,
    pub clock_check: ClockCheck,
    pub limits: RateLimits,
    pub passwords: PasswordService,
    pub permissions: Permissions,
    pub sessions: SessionService,
    pub sign_in: SignInService,
    pub users: UserService,
    pub set_up: SetUpService,
    pub registration: RegistrationService,
    pub recovery: RecoveryService,
    pub own_account: OwnAccountService,
    pub inspection: InspectorService,
    pub mail: Mailer,
    pub monitor: MonitorService,
    pub retention: RetentionService,
    pub keys: tokens::Keyring,
}

/// Runs `work` in its own task, so that a caller who leaves cannot stop it between the commit and the events
/// that report it.
async fn to_the_end<T, W>(work: W) -> Result<T, ServiceError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, ServiceError>> + Send + 'static,
{
    tokio::spawn(work).await.map_err(|_| ServiceError::Internal(StoreError::BrokenOff))?
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
        // Unique for each process.
        let node: Arc<str> = randomness.event_id(clock.now()).to_string().into();
        let jobs = Jobs::new(Leases::new(db.clone(), clock.clone(), Arc::clone(&node)));
        let events = Events::start(Arc::clone(&node), db.clone(), clock.clone(), &randomness, &jobs).await?;
        let longest = settings.tokens.longest_access();
        let clock_check = ClockCheck::start(db.clone(), clock.clone(), longest).await?;
        let readiness = Readiness::new(&db, clock_check.clone(), Arc::clone(&node));
        let other_nodes = OtherNodes::new(db.clone(), clock.clone(), Arc::clone(&node), events.clone());
        let limits = RateLimits::new(&settings.limits, &clock);
        let core = Arc::new(Core {
            links: Links::new(settings.server.public_url.origin().to_owned(), keys.clone(), randomness.clone()),
            mail: Mailer::new(db.clone(), keys.clone(), clock.clone(), randomness.clone(), settings)?,
            db: db.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            clock_check: clock_check.clone(),
            randomness: randomness.clone(),
        });
        let passwords = PasswordService::start(&settings.passwords, randomness)?;
        let revocations = tokens::Revocations::load(db.apart(), clock.clone(), clock_check.clone(), longest).await?;
        let sessions = SessionService::new(core.clone(), revocations, events.clone(), &jobs, settings);
        let lockout = LockoutService::new(core.clone(), &settings.lockout);
        let permissions = Permissions::load(&db).await?;
        let inspection = InspectorService::new(core.clone(), sessions.access_tokens().clone(), permissions.clone());
        let mail = core.mail.clone();
        let retention = RetentionService::new(core.clone(), settings);
        let monitor = MonitorService::new(core.clone(), sessions.clone(), events.clone());
        let users = UserService::new(core, sessions.clone(), passwords.clone(), lockout.clone());
        let sign_in = SignInService::new(users.clone(), lockout, events);
        let accounts = settings.accounts.clone();
        let set_up = SetUpService::new(users.clone());
        Ok(Self {
            permissions,
            inspection,
            registration: RegistrationService::new(users.clone(), set_up.clone(), accounts.clone()),
            recovery: RecoveryService::new(users.clone()),
            own_account: OwnAccountService::new(users.clone(), sign_in.clone(), accounts),
            sign_in,
            set_up,
            monitor,
            retention,
            mail,
            jobs,
            readiness,
            other_nodes,
            node,
            clock_check,
            keys,
            limits,
            passwords,
            sessions,
            users,
            db,
            clock,
        })
    }

    /// Flushes what is in memory and closes the database, within `patience`. Returns the steps that did not
    /// finish.
    pub async fn close(&self, patience: Duration) -> Vec<&'static str> {
        let deadline = Instant::now() + patience;
        let mut unfinished = Vec::new();
        if timeout_at(deadline, self.sessions.touches().flush()).await.is_err() {
            unfinished.push("marks of use");
        }
        let last_events = async {
            self.monitor.events().flush().await?;
            self.db.mark_node_stopped(&self.node).await
        };
        if !matches!(timeout_at(deadline, last_events).await, Ok(Ok(()))) {
            unfinished.push("events of sessions");
        }
        if timeout_at(deadline, self.jobs.end_writers()).await.is_err() {
            unfinished.push("what requests left behind");
        }
        if timeout_at(deadline, self.db.close()).await.is_err() {
            unfinished.push("closing the database");
        }
        unfinished
    }

    /// Returns what is wrong on this node, as far as is known without a query; empty if all is well.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = self.readiness.reasons();
        if !self.sessions.revocations().is_fresh() {
            reasons.push(Reason::Revocations);
        }
        // If the database fails, most jobs fail too, and naming them adds nothing.
        if self.readiness.is_connected() {
            reasons.extend(self.jobs.failing().into_iter().map(Reason::Job));
        }
        reasons
    }
}
