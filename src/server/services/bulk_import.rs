//! Imports of uploaded files: a job checks the file, then imports it for the administrator who has read the report.

use super::{
    Authenticated, BulkService, Caller, Import, NewMember, ServiceError, UserError,
    bulk::{MOST, job},
};
use crate::{
    model::{BadLine, ImportStep, JobId, Permission, Timestamp, UserId},
    server::{
        domain::{AuditAction, BulkJob, BulkProgress, FileImport, ImportFormat, JobWork},
        store::StoreError,
    },
};
use serde_json::json;
use std::sync::Arc;
use tokio::{task::spawn_blocking, time::Instant};

/// The largest file, in bytes.
pub const MAX_IMPORT: usize = 5 << 20;

/// A file as it was uploaded.
#[derive(Debug)]
pub struct UploadedFile {
    pub format: ImportFormat,
    pub content: Vec<u8>,
}

impl UploadedFile {
    /// A file whose format the extension of its name tells.
    pub fn named(name: &str, content: Vec<u8>) -> Result<Self, ImportError> {
        if name.is_empty() {
            return Err(ImportError::NoFile);
        }
        Ok(Self { format: ImportFormat::of_name(name).ok_or(ImportError::Format)?, content })
    }
}

/// Why a file was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("Choose a file.")]
    NoFile,
    #[error("Use a file whose name ends in .csv, .jsonl or .ndjson.")]
    Format,
    #[error("Use a file of at most 5 MiB. The command “claviger user import” reads larger ones.")]
    TooLarge,
    #[error("There are no users in this file.")]
    Empty,
    /// The header row is wrong.
    #[error("This file can’t be read: {0}.")]
    Header(String),
    #[error("Use a file of at most 100,000 users.")]
    TooMany,
    /// The file that was checked is no longer kept.
    #[error("The file is no longer kept. Upload it again.")]
    Gone,
    #[error("One of your jobs is not finished. Wait until it is, or stop it.")]
    Unfinished,
    #[error(transparent)]
    User(#[from] UserError),
}

impl BulkService {
    /// Accepts a file and starts the job that takes it this far.
    pub async fn accept_file(
        &self,
        file: UploadedFile,
        step: ImportStep,
        who: &Authenticated,
        caller: &Caller,
    ) -> Result<JobId, ImportError> {
        self.require_writer(who)?;
        let (format, content, total) = read(file).await?;
        let core = self.users.core();
        let mut event = core.event(caller, AuditAction::BulkStarted, who.actor(), None);
        let id = core.randomness.job_id(event.at);
        let work = JobWork::Import(FileImport { step, format });
        event.details = json!({ "job": id.to_string(), "action": work.kind().to_string(), "total": total });
        let job = job(id, work, event.at, who, caller);
        core.db.insert_import(job, content, total, event).await.map_err(not_accepted)?;
        self.woken().notify_one();
        Ok(id)
    }

    /// Lets a job of this user import the file that it has checked. Does nothing if it does so already.
    pub async fn start_import(&self, id: JobId, who: &Authenticated, caller: &Caller) -> Result<(), ImportError> {
        self.require_writer(who)?;
        let found = self.find(id, who.claims.user).await.map_err(UserError::from)?;
        let Some((BulkJob { work: JobWork::Import(import), .. }, progress)) = found else {
            return Err(UserError::Missing.into());
        };
        if import.step == ImportStep::Insert {
            return Ok(());
        }
        let core = self.users.core();
        let mut event = core.event(caller, AuditAction::BulkStarted, who.actor(), None);
        event.details = json!({ "action": "import", "total": progress.total });
        let job = job(id, JobWork::Import(import), event.at, who, caller);
        if core.db.start_import(job, event).await.map_err(not_accepted)? {
            self.woken().notify_one();
            return Ok(());
        }
        // A second click has come in between, or the file is gone.
        if core.db.has_import(id).await.map_err(UserError::from)? { Ok(()) } else { Err(ImportError::Gone) }
    }

    /// Returns whether the file of a job is still kept.
    pub async fn keeps_file(&self, id: JobId) -> Result<bool, ServiceError> {
        Ok(self.users.core().db.has_import(id).await?)
    }

    /// Returns up to `limit` lines of a job that were not imported, after this one.
    pub async fn bad_lines(&self, id: JobId, after: i64, limit: i64) -> Result<Vec<BadLine>, ServiceError> {
        Ok(self.users.core().db.bad_lines(id, after, limit).await?)
    }

    /// Works on an import until then.
    pub(super) async fn import(
        &self,
        job: &BulkJob,
        import: FileImport,
        progress: &BulkProgress,
        until: Instant,
    ) -> Result<(), ServiceError> {
        let lines = self.lines(job, import).await?;
        if import.step == ImportStep::Check {
            return self.finish_check(job.id, lines).await;
        }
        let tried = progress.succeeded + progress.failed;
        let rest = (0..).zip(lines).skip_while(|(number, _)| *number < tried);
        for (number, (line, read)) in rest {
            self.import_line(job, number, line, read).await?;
            if Instant::now() >= until {
                break;
            }
        }
        Ok(())
    }

    /// Reads every line of the file. A check also looks for users who are there already.
    async fn lines(&self, job: &BulkJob, import: FileImport) -> Result<Vec<Line>, ServiceError> {
        let db = &self.users.core().db;
        let Some(content) = db.find_import(job.id).await? else {
            return Ok(vec![(0, Err("the file is no longer kept: upload it again".to_owned()))]);
        };
        let held = self.held(job.maker, self.users.core().now()).await?;
        let mut checked = Import::begin(&self.users).await?.within(&held, &self.permissions);
        let checked = spawn_blocking(move || {
            let read = import.format.read(&*content, |line, member, errors| checked.add(line, member, errors));
            read.map(|()| checked)
        });
        let mut checked = match checked.await {
            Ok(Ok(checked)) => checked,
            Ok(Err(why)) => return Ok(vec![(1, Err(why))]),
            Err(_) => return Ok(vec![(0, Err(WRONG.to_owned()))]),
        };
        if import.step == ImportStep::Check {
            checked.compare_with_users().await?;
        }
        Ok(checked.into_lines())
    }

    async fn finish_check(&self, id: JobId, lines: Vec<Line>) -> Result<(), ServiceError> {
        let (good, bad): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|(_, read)| read.is_ok());
        let good = i64::try_from(good.len()).unwrap_or(i64::MAX);
        let bad = bad.into_iter().filter_map(|(line, read)| Some(bad_line(line, read.err()?))).collect();
        let core = self.users.core();
        Ok(core.db.finish_check(id, good, bad, core.now()).await?)
    }

    async fn import_line(
        &self,
        job: &BulkJob,
        number: i64,
        line: u64,
        read: Result<NewMember, String>,
    ) -> Result<(), ServiceError> {
        let core = self.users.core();
        let user = read.and_then(|member| member.into_user(&self.users, core.now()).ok_or_else(|| WRONG.to_owned()));
        let (why, is_refused) = match user {
            Err(why) => (why, false),
            Ok(user) => {
                let event = self.event(job, AuditAction::UserCreated, user.id);
                match core.db.import_user(job.clone(), number, user, event).await {
                    Ok(()) => return Ok(()),
                    Err(StoreError::Revoked) => (why(StoreError::Revoked)?, true),
                    Err(error) => (why(error)?, false),
                }
            }
        };
        Ok(core.db.fail_import(job.id, number, bad_line(line, why), is_refused, core.now()).await?)
    }

    /// Returns what the maker of a job may do now.
    async fn held(&self, maker: UserId, now: Timestamp) -> Result<Vec<Permission>, ServiceError> {
        let maker = self.users.find(maker).await?;
        Ok(maker.map(|maker| self.permissions.of(&maker.roles_at(now))).unwrap_or_default())
    }

    /// Fails if this user may not change users.
    pub fn require_writer(&self, who: &Authenticated) -> Result<(), UserError> {
        let may = self.permissions.allow(who, Permission::UsersWrite);
        if may { Ok(()) } else { Err(UserError::BeyondActor) }
    }
}

/// A line by its number: a user, or why there is none.
type Line = (u64, Result<NewMember, String>);

const WRONG: &str = "something went wrong: try again";

/// Finds out the format of a file and how many users it has.
async fn read(file: UploadedFile) -> Result<(ImportFormat, Vec<u8>, i64), ImportError> {
    let UploadedFile { format, content } = file;
    if content.len() > MAX_IMPORT {
        return Err(ImportError::TooLarge);
    }
    let content = Arc::new(content);
    let copy = Arc::clone(&content);
    let counted = spawn_blocking(move || {
        let mut total = 0;
        format.read(copy.as_slice(), |_, _, _| total += 1).map(|()| total)
    });
    let total = counted.await.map_err(|_| ImportError::Header(WRONG.to_owned()))?.map_err(ImportError::Header)?;
    match total {
        0 => Err(ImportError::Empty),
        total if total > MOST => Err(ImportError::TooMany),
        total => Ok((format, Arc::unwrap_or_clone(content), total)),
    }
}

fn not_accepted(error: StoreError) -> ImportError {
    if matches!(error, StoreError::Taken) { ImportError::Unfinished } else { UserError::from(error).into() }
}

fn bad_line(line: u64, error: String) -> BadLine {
    BadLine { line: i64::try_from(line).unwrap_or(i64::MAX), error }
}

/// Returns what the report says of an error; the error itself if the database can't work now.
fn why(error: StoreError) -> Result<String, ServiceError> {
    let why = match error {
        StoreError::Unavailable(_) => return Err(error.into()),
        StoreError::Taken => "email or username already in use",
        StoreError::BeyondActor => "a role has a permission that you don't have",
        StoreError::Revoked => "you may no longer do this",
        other => {
            tracing::error!(cause = ?other, "a line was not imported");
            WRONG
        }
    };
    Ok(why.to_owned())
}
