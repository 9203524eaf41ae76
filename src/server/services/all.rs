//! All services, and how they are built and closed.

use super::{
    ApiKeyService, AuditService, BulkService, ClockCheck, Core, Events, InspectorService, Jobs, Leases, Mailer,
    MonitorService, OtherNodes, OverviewService, OwnAccountService, PasswordService, Permissions, PictureService,
    RateLimits, Readiness, Reason, RecoveryService, RegistrationService, RepetitionService, RetentionService,
    RoleService, ServiceError, SessionService, SetUpListService, SetUpService, SignInService, UserService,
    tokens::{Keyring, Revocations},
};
use crate::server::{clock::Clock, randomness::Randomness, settings::Settings, store::Db};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};

/// All services. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub api_keys: ApiKeyService,
    pub audit: AuditService,
    pub jobs: Jobs,
    pub readiness: Readiness,
    pub other_nodes: OtherNodes,
    node: Arc<str>,
    pub clock_check: ClockCheck,
    pub limits: RateLimits,
    pub passwords: PasswordService,
    pub permissions: Permissions,
    pub roles: RoleService,
    pub sessions: SessionService,
    pub sign_in: SignInService,
    pub users: UserService,
    pub bulk: BulkService,
    pub set_up: SetUpService,
    pub set_up_list: SetUpListService,
    pub registration: RegistrationService,
    pub recovery: RecoveryService,
    pub own_account: OwnAccountService,
    pub overview: OverviewService,
    pub pictures: PictureService,
    pub inspection: InspectorService,
    pub mail: Mailer,
    pub monitor: MonitorService,
    pub repetition: RepetitionService,
    pub retention: RetentionService,
    pub keys: Keyring,
}

/// What the services are built of, loaded from the database.
struct Loaded {
    core: Arc<Core>,
    jobs: Jobs,
    events: Events,
    node: Arc<str>,
    passwords: PasswordService,
    permissions: Permissions,
    revocations: Revocations,
}

impl Services {
    /// Builds the services on an open, migrated database.
    pub async fn build(
        db: Db,
        keys: Keyring,
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
        let passwords = PasswordService::start(&settings.passwords, randomness.clone())?;
        let revocations = Revocations::load(db.apart(), clock.clone(), clock_check.clone(), longest).await?;
        let permissions = Permissions::load(db.clone()).await?;
        let core = Arc::new(Core::new(db, keys, clock, clock_check, randomness, settings)?);
        Ok(Self::of(Loaded { core, jobs, events, node, passwords, permissions, revocations }, settings))
    }

    fn of(loaded: Loaded, settings: &Settings) -> Self {
        let Loaded { core, jobs, events, node, passwords, permissions, revocations } = loaded;
        let sessions = SessionService::new(core.clone(), revocations, events.clone(), &jobs, settings);
        let users = UserService::new(core.clone(), sessions.clone(), passwords.clone(), &settings.lockout);
        let sign_in = SignInService::new(users.clone(), events.clone());
        let set_up = SetUpService::new(users.clone());
        let audit = AuditService::new(core.clone(), settings);
        Self {
            api_keys: ApiKeyService::new(users.clone()),
            inspection: InspectorService::new(core.clone(), sessions.access_tokens().clone(), permissions.clone()),
            registration: RegistrationService::new(users.clone(), set_up.clone(), settings.accounts.clone()),
            recovery: RecoveryService::new(users.clone()),
            overview: OverviewService::new(core.clone()),
            pictures: PictureService::new(core.clone(), permissions.clone()),
            own_account: OwnAccountService::new(users.clone(), sign_in.clone(), settings.accounts.clone()),
            monitor: MonitorService::new(core.clone(), sessions.clone(), events.clone()),
            repetition: RepetitionService::new(core.clone()),
            retention: RetentionService::new(core.clone(), audit.clone(), settings),
            set_up_list: SetUpListService::new(core.clone(), &settings.server),
            readiness: Readiness::new(&core.db, core.clock.clone(), core.clock_check.clone(), Arc::clone(&node)),
            other_nodes: OtherNodes::new(core.db.clone(), core.clock.clone(), Arc::clone(&node), events),
            limits: RateLimits::new(&settings.limits, &core.clock),
            mail: core.mail.clone(),
            clock_check: core.clock_check.clone(),
            keys: core.keys.clone(),
            db: core.db.clone(),
            clock: core.clock.clone(),
            bulk: BulkService::new(users.clone(), permissions.clone()),
            roles: RoleService::new(core.clone(), sessions.clone(), permissions.clone()),
            audit,
            permissions,
            sign_in,
            set_up,
            jobs,
            node,
            passwords,
            sessions,
            users,
        }
    }

    /// Flushes what is in memory and closes the database, within `patience`. Returns the steps that did not
    /// finish.
    pub async fn close(&self, patience: Duration) -> Vec<&'static str> {
        let deadline = Instant::now() + patience;
        let mut unfinished = Vec::new();
        if !matches!(timeout_at(deadline, self.audit.finish()).await, Ok(Ok(()))) {
            unfinished.push("the audit log's chain");
        }
        if timeout_at(deadline, self.sessions.last_seen().flush()).await.is_err() {
            unfinished.push("last-seen updates");
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
