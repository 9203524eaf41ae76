//! Changes many users in the background, one by one, for the administrator who asked for it.

use super::{
    Authenticated, Caller, Permissions, ServiceError, UserError, UserService, bulk_failure, user_list::comparable,
};
use crate::{
    model::{BulkAction, JobId, Permission, Timestamp, UserId},
    server::{
        domain::{
            Actor, AuditAction, AuditEvent, BulkJob, BulkProgress, BulkTargets, FailedTarget, JobWork, UserChange,
        },
        services::MailTemplate,
        store::{BulkSelection, BulkStep, EndedSession, NewBulkJob, StoreError, TARGETS_TOGETHER, UserUpdate},
    },
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, time::Instant};

/// The most users of one job.
pub const MOST: i64 = 100_000;
/// How many users are read at once. Each is then changed by a write of its own, so that no other write waits longer
/// than for one of them.
const BITE: i64 = 20;
/// How long a run goes on, so that the lease is renewed and a shutdown does not wait.
const RUN: Duration = Duration::from_secs(1);

/// Accepts jobs and works on them.
#[derive(Clone)]
pub struct BulkService {
    pub(super) users: UserService,
    pub(super) permissions: Permissions,
    woken: Arc<Notify>,
}

/// A job to start.
#[derive(Debug, Clone)]
pub struct BulkOrder {
    pub action: BulkAction,
    pub targets: BulkTargets,
    /// The most users that are meant: none are added between a question and its answer.
    pub at_most: i64,
}

/// Why a job was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// More users are meant than allowed.
    #[error("too many users")]
    TooMany,
    /// The maker lacks the permission that the action needs.
    #[error("forbidden")]
    Forbidden,
    /// The maker has a job that is not finished.
    #[error("One of your jobs is not finished. Wait until it is, or stop it.")]
    Unfinished,
    /// There is no such job, or not for this user.
    #[error("no such job")]
    Missing,
    /// The job to cancel has ended.
    #[error("This job has already finished.")]
    Finished,
    #[error(transparent)]
    User(#[from] UserError),
}

impl BulkService {
    pub(super) fn new(users: UserService, permissions: Permissions) -> Self {
        Self { users, permissions, woken: Arc::default() }
    }

    /// Accepts a job. Its users are fixed by that.
    pub async fn start(&self, order: BulkOrder, who: &Authenticated, caller: &Caller) -> Result<JobId, BulkError> {
        let BulkOrder { action, targets, at_most } = order;
        self.check(&action, &targets, who).await?;
        let core = self.users.core();
        let mut event = core.event(caller, AuditAction::BulkStarted, who.actor(), None);
        let id = core.randomness.job_id(event.at);
        event.details = json!({ "job": id.to_string(), "action": action.kind().to_string() });
        let users = self.chosen(targets, at_most.min(MOST), event.at).await?;
        if let Some(but) = self.must_not_include(&action, who).await?
            && users.contains(&but)
        {
            return Err(UserError::NotFresh.into());
        }
        let job = job(id, JobWork::Users(action), event.at, who, caller);
        core.db.insert_bulk_job(NewBulkJob { job, users, event }).await.map_err(|error| match error {
            StoreError::Taken => BulkError::Unfinished,
            other => BulkError::User(other.into()),
        })?;
        self.woken.notify_one();
        Ok(id)
    }

    /// Cancels a job, for its maker or for a user who may do what it does. Those whom it has not changed stay as they are.
    pub async fn cancel(&self, id: JobId, who: &Authenticated, caller: &Caller) -> Result<(), BulkError> {
        let core = self.users.core();
        let found = core.db.find_bulk_job(id).await.map_err(UserError::from)?;
        let Some((job, _)) = found.filter(|(job, _)| self.may_cancel(job, who)) else { return Err(BulkError::Missing) };
        let mut event = core.event(caller, AuditAction::BulkCancelled, who.actor(), None);
        event.details = json!({ "job": id.to_string(), "action": job.work.kind().to_string() });
        core.db.cancel_bulk_job(id, event).await.map_err(|error| match error {
            StoreError::Changed => BulkError::Finished,
            other => BulkError::User(other.into()),
        })
    }

    /// Returns whether this user may cancel this job while it runs.
    pub fn may_cancel(&self, job: &BulkJob, who: &Authenticated) -> bool {
        job.maker == who.claims.user || self.permissions.allow(who, job.work.permission())
    }

    /// Returns a job of this maker and how far it is.
    pub async fn find(&self, id: JobId, maker: UserId) -> Result<Option<(BulkJob, BulkProgress)>, ServiceError> {
        Ok(self.users.core().db.find_bulk_job(id).await?.filter(|(job, _)| job.maker == maker))
    }

    /// Returns up to `limit` users of a job who were not changed, after this one.
    pub async fn failures(
        &self,
        job: JobId,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<FailedTarget>, ServiceError> {
        Ok(self.users.core().db.bulk_failures(job, after, limit).await?)
    }

    /// Notified when there is work.
    pub(super) fn woken(&self) -> &Notify {
        &self.woken
    }

    /// Works on accepted jobs in order, for a short time.
    pub async fn work(&self) -> Result<(), ServiceError> {
        let (db, until) = (&self.users.core().db, Instant::now() + RUN);
        loop {
            if let Some(selection) = db.next_bulk_selection().await? {
                self.prepare(selection, until).await?;
            } else if let Some((job, progress)) = db.next_bulk_job().await? {
                self.go_on(&job, &progress, until).await?;
            } else {
                return Ok(());
            }
            if Instant::now() >= until {
                self.woken.notify_one();
                return Ok(());
            }
        }
    }

    /// Adds the users of a big job to it until then.
    async fn prepare(&self, mut selection: BulkSelection, until: Instant) -> Result<(), ServiceError> {
        while !selection.rest.is_empty() && Instant::now() < until {
            if !self.users.core().db.add_bulk_targets(&selection).await? {
                break;
            }
            let piece = selection.rest.drain(..TARGETS_TOGETHER.min(selection.rest.len()));
            selection.added += i64::try_from(piece.len()).unwrap_or(0);
        }
        Ok(())
    }

    async fn go_on(&self, job: &BulkJob, progress: &BulkProgress, until: Instant) -> Result<(), ServiceError> {
        match &job.work {
            JobWork::Users(action) => {
                let mut ended = Vec::new();
                let done = self.bite(job, action, &mut ended).await;
                self.users.changed(&ended).await;
                done
            }
            JobWork::Import(import) => self.import(job, *import, progress, until).await,
        }
    }

    /// Returns the users who are meant now. `TooMany` if they are more than `at_most`.
    async fn chosen(&self, targets: BulkTargets, at_most: i64, now: Timestamp) -> Result<Vec<UserId>, BulkError> {
        let users = match targets {
            BulkTargets::These(mut users) => {
                users.sort_unstable();
                users.dedup();
                users
            }
            BulkTargets::Matching(filter) => {
                let (db, filter) = (&self.users.core().db, comparable(filter));
                db.matching_users(&filter, now, at_most.saturating_add(1)).await.map_err(UserError::from)?
            }
        };
        let is_within = i64::try_from(users.len()).is_ok_and(|count| count <= at_most);
        if is_within { Ok(users) } else { Err(BulkError::TooMany) }
    }

    /// Changes the next users of a job, and adds the sessions that ended.
    async fn bite(
        &self,
        job: &BulkJob,
        action: &BulkAction,
        ended: &mut Vec<EndedSession>,
    ) -> Result<(), ServiceError> {
        let db = &self.users.core().db;
        for user in db.waiting_bulk_targets(job, BITE).await? {
            let is_own_ban = user == job.maker && matches!(action, BulkAction::Ban { .. });
            let failure = if is_own_ban {
                bulk_failure::of_own_ban(self.users.is_sole_administrator(user).await?)
            } else {
                match self.change(job, action, user).await {
                    Ok(sessions) => {
                        ended.extend(sessions);
                        continue;
                    }
                    Err(error) => bulk_failure::of(error)?,
                }
            };
            db.fail_bulk_target(job.id, user, failure, self.users.core().now()).await?;
        }
        Ok(())
    }

    async fn change(&self, job: &BulkJob, action: &BulkAction, user: UserId) -> Result<Vec<EndedSession>, StoreError> {
        let (core, longest) = (self.users.core(), self.users.sessions().longest_access());
        let event = |action| self.event(job, action, user);
        let step = match (UserChange::of_bulk(action), action) {
            (Some(change), _) => {
                let event = event(change.audit_action());
                BulkStep::Change(UserUpdate { id: user, change, expected: None, notice: None, event })
            }
            (None, BulkAction::Unlock) => {
                let user = core.db.find_user(user).await?.ok_or(StoreError::Missing)?;
                let notice = core.mail.notice(&user.email, &MailTemplate::Unlocked);
                let names = self.users.lockout().names_of(&user);
                BulkStep::Unlock { names, notice, event: event(AuditAction::LockOpened) }
            }
            (None, BulkAction::SendReset) => {
                BulkStep::SendReset(self.users.reset_of(user, event(AuditAction::PasswordResetRequested)).await?)
            }
            (None, _) => {
                let mut event = event(AuditAction::SessionsEnded);
                event.details = json!({ "of": "user" });
                BulkStep::EndSessions(event)
            }
        };
        core.db.do_bulk_step(job.clone(), user, step, longest, core.now()).await
    }

    /// Builds the event of one user's change, as if it came by the request that started the job.
    pub(super) fn event(&self, job: &BulkJob, action: AuditAction, user: UserId) -> AuditEvent {
        let caller = Caller {
            network: job.network.clone(),
            agent: job.agent.clone(),
            request_id: job.request_id.clone(),
            devices: Vec::new(),
        };
        self.users.core().event(&caller, action, Actor::User(job.maker), Some(user))
    }

    async fn check(&self, action: &BulkAction, targets: &BulkTargets, who: &Authenticated) -> Result<(), BulkError> {
        let held = self.permissions.held_by(who);
        // A filter tells how many users match.
        let may_mean = matches!(targets, BulkTargets::These(_)) || held.contains(&Permission::UsersRead);
        if !may_mean || !held.contains(&action.kind().permission()) {
            return Err(BulkError::Forbidden);
        }
        let BulkAction::SetRoles { roles } = action else { return Ok(()) };
        self.users.check_roles(roles).await?;
        if self.permissions.are_within(roles, &held) { Ok(()) } else { Err(UserError::BeyondActor.into()) }
    }

    /// Returns the maker if this takes a fresh sign-in when done to oneself, and theirs is not.
    async fn must_not_include(&self, action: &BulkAction, who: &Authenticated) -> Result<Option<UserId>, UserError> {
        let is_sensitive = UserChange::of_bulk(action).is_some_and(|change| change.needs_fresh_sign_in());
        let is_allowed = !is_sensitive || self.users.sessions().is_fresh(who.claims.session).await?;
        Ok((!is_allowed).then_some(who.claims.user))
    }
}

/// Builds a job for the user and the request that ask for it.
pub(super) fn job(id: JobId, work: JobWork, now: Timestamp, who: &Authenticated, caller: &Caller) -> BulkJob {
    BulkJob {
        id,
        work,
        maker: who.claims.user,
        session: who.claims.session,
        network: caller.network.clone(),
        agent: caller.agent.clone(),
        request_id: caller.request_id.clone(),
        created_at: now,
    }
}
