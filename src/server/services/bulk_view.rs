//! Describes changes of many users for pages.

use super::{Authenticated, Cursor, KnownUser, ServiceError, Services, user_view};
use crate::{
    model::{BulkKind, BulkSelection, FailedUser, ImportStep, JobId, JobKind, JobView, UserId, UsersToChange},
    server::domain::{BulkProgress, BulkTargets, FailedTarget},
};

/// How many users a question names.
const NAMED: i64 = 10;
/// How many users who were not changed are on a page.
const ROWS: i64 = 100;

/// Returns the question about a selection, for this administrator.
pub async fn question(
    services: &Services,
    kind: BulkKind,
    selection: BulkSelection,
    who: &Authenticated,
) -> Result<UsersToChange, ServiceError> {
    let now = services.clock.now();
    let (first, count) = match targets(&selection) {
        BulkTargets::These(ids) => these(services, &ids).await?,
        BulkTargets::Matching(_) => {
            let query = user_view::query_of(&selection.view, NAMED);
            let page = services.users.page(query, Cursor::Start, i64::MAX).await?.unwrap_or_default();
            (page.users, page.total)
        }
    };
    let held = services.permissions.held_by(who);
    let roles = if kind == BulkKind::SetRoles { user_view::grantable(services, &held).await? } else { Vec::new() };
    let first = first.iter().map(|known| user_view::line(known, now)).collect();
    Ok(UsersToChange { kind, count, first, view: selection.view, roles, now })
}

/// Returns the users that a selection means.
pub fn targets(selection: &BulkSelection) -> BulkTargets {
    match &selection.ids {
        Some(ids) => BulkTargets::These(ids.iter().filter_map(|id| id.parse().ok()).collect()),
        None => BulkTargets::Matching(user_view::query_of(&selection.view, 0).filter),
    }
}

/// Returns the job of this maker, with the users who were not changed, or the lines that were not imported, after one of
/// them.
pub async fn job(services: &Services, id: JobId, maker: UserId, after: &str) -> Result<Option<JobView>, ServiceError> {
    let Some((job, progress)) = services.bulk.find(id, maker).await? else { return Ok(None) };
    let failures = services.bulk.failures(id, after.parse().ok(), ROWS + 1).await?;
    let (failures, next_user) = page(failures, |failure| failure.id.to_string());
    let bad_lines = services.bulk.bad_lines(id, after.parse().unwrap_or(-1), ROWS + 1).await?;
    let (bad_lines, next_line) = page(bad_lines, |bad| bad.line.to_string());
    let (kind, state) = (job.work.kind(), progress.state());
    let is_checked = kind == JobKind::Import(ImportStep::Check) && state.is_final();
    let BulkProgress { total, succeeded, failed, finished_at, .. } = progress;
    Ok(Some(JobView {
        id: id.to_string(),
        kind,
        state,
        total,
        succeeded,
        failed,
        created_at: job.created_at,
        finished_at,
        next: next_user.or(next_line),
        failures: failures.into_iter().map(failed_user).collect(),
        bad_lines,
        may_import: is_checked && succeeded > 0 && services.bulk.keeps_file(id).await?,
        now: services.clock.now(),
    }))
}

/// Returns one page of these rows, and the place after which the next one starts.
fn page<T>(mut rows: Vec<T>, place: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > ROWS);
    if has_more {
        rows.pop();
    }
    let next = rows.last().filter(|_| has_more).map(place);
    (rows, next)
}

fn failed_user(FailedTarget { id, failure, email }: FailedTarget) -> FailedUser {
    FailedUser { id: id.to_string(), email, failure }
}

/// Returns the first of these users, and how many they are.
async fn these(services: &Services, ids: &[UserId]) -> Result<(Vec<KnownUser>, i64), ServiceError> {
    let mut first = Vec::new();
    for id in ids.iter().take(usize::try_from(NAMED).unwrap_or(0)) {
        first.extend(services.users.known(*id).await?);
    }
    Ok((first, i64::try_from(ids.len()).unwrap_or(i64::MAX)))
}
