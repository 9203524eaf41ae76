//! `POST /users/bulk`, `GET /jobs`, and `GET` and `DELETE /jobs/{id}`: changes of many users.

use super::{
    body::Sent,
    id::PathId,
    links::{Links, links},
    list::{Cursors, ListQuery, ListResponse, NoFilters},
    object, user_actions,
    user_list_query::UserListQuery,
};
use crate::{
    model::{BadLine, BulkAction, BulkFailure, BulkKind, JobId, UserId},
    server::{
        domain::{BulkJob, BulkProgress, BulkTargets, FailedTarget, JobSummary},
        http::{
            extractors::{RequirePermission, SignedInOrKey, UsersRead, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Authenticated, BulkOrder, Caller, MOST_AT_ONCE},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// What to do to which users: those with these ids, or those who match now.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    action: String,
    ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "object::optional")]
    filter: Option<UserListQuery>,
    roles: Option<Vec<String>>,
    until: Option<String>,
    reason: Option<String>,
}

/// A job, with the users who were not changed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobResponse {
    id: String,
    state: &'static str,
    total: i64,
    succeeded: i64,
    failed: i64,
    report: Vec<ReportLine>,
    created_at: String,
    finished_at: Option<String>,
    links: Links,
}

/// A user who was not changed, or a line of a file that was not imported.
#[derive(Serialize)]
#[serde(untagged)]
enum ReportLine {
    User { id: String, error: &'static str },
    Line { line: i64, error: String },
}

/// A job in the list. Only its maker has a link to it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSummaryResponse {
    id: String,
    action: String,
    started_by: MakerResponse,
    state: &'static str,
    total: i64,
    succeeded: i64,
    failed: i64,
    created_at: String,
    finished_at: Option<String>,
    links: Links,
}

/// Who started a job; without a name if that user no longer exists.
#[derive(Serialize)]
struct MakerResponse {
    id: String,
    name: Option<String>,
}

impl JobSummaryResponse {
    fn of(state: &AppState, summary: JobSummary, reader: &Authenticated) -> Self {
        let JobSummary { job, maker_name, progress } = summary;
        let mut links = links_of(state, &job, &progress, reader);
        if job.maker != reader.claims.user {
            links.remove("self");
        }
        let BulkJob { id, work, maker, created_at, .. } = job;
        let state = progress.state();
        let BulkProgress { total, succeeded, failed, finished_at, .. } = progress;
        Self {
            id: id.to_string(),
            action: work.kind().to_string(),
            started_by: MakerResponse { id: maker.to_string(), name: maker_name },
            state: state.into(),
            total,
            succeeded,
            failed,
            created_at: created_at.to_string(),
            finished_at: finished_at.map(|at| at.to_string()),
            links,
        }
    }
}

/// Starts a job.
pub async fn start(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<RequirePermission<UsersWrite>, BulkRequest>,
) -> Result<Response, Problem> {
    let (admin, request) = sent.read().await?;
    let order = request.read(&state)?;
    let who = admin.user();
    let id = state.services.bulk.start(order, who, &caller).await?;
    accepted(&state, id, who).await
}

/// Responds with a job that was just started, and where to follow it.
pub(super) async fn accepted(state: &AppState, id: JobId, who: &Authenticated) -> Result<Response, Problem> {
    let location = HeaderValue::try_from(format!("/api/v1/jobs/{id}")).map_err(|_| Problem::Internal)?;
    let job = job(state, id, who).await?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(job)).into_response())
}

/// Returns a job to the user who started it.
pub async fn show(
    State(state): State<AppState>,
    SignedInOrKey(who): SignedInOrKey,
    PathId(id): PathId<JobId>,
) -> Result<Json<JobResponse>, Problem> {
    job(&state, id, &who).await.map(Json)
}

/// Cancels a job.
pub async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    SignedInOrKey(who): SignedInOrKey,
    PathId(id): PathId<JobId>,
) -> Result<StatusCode, Problem> {
    state.services.bulk.cancel(id, &who, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the jobs of all administrators, newest first.
pub async fn list(
    State(state): State<AppState>,
    admin: RequirePermission<UsersRead>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<JobSummaryResponse>, Problem> {
    let found = state.services.bulk.page(page.limit(), page.place()?).await?;
    let jobs = found.jobs.into_iter().map(|job| JobSummaryResponse::of(&state, job, admin.user())).collect();
    Ok(page.answer(jobs, found.total, Cursors::of(found.next, found.prev)))
}

/// Returns the job to its maker.
async fn job(state: &AppState, id: JobId, who: &Authenticated) -> Result<JobResponse, Problem> {
    let bulk = &state.services.bulk;
    let (job, progress) = bulk.find(id, who.claims.user).await?.ok_or(Problem::NotFound)?;
    let users = bulk.failures(id, None, MOST_AT_ONCE).await?.into_iter().map(ReportLine::from);
    let lines = bulk.bad_lines(id, -1, MOST_AT_ONCE).await?.into_iter();
    let report = users.chain(lines.map(|BadLine { line, error }| ReportLine::Line { line, error })).collect();
    let progress_state = progress.state();
    let BulkProgress { total, succeeded, failed, finished_at, .. } = progress;
    Ok(JobResponse {
        id: id.to_string(),
        state: progress_state.into(),
        total,
        succeeded,
        failed,
        report,
        created_at: job.created_at.to_string(),
        finished_at: finished_at.map(|at| at.to_string()),
        links: links_of(state, &job, &progress, who),
    })
}

fn links_of(state: &AppState, job: &BulkJob, progress: &BulkProgress, who: &Authenticated) -> Links {
    let this = format!("/api/v1/jobs/{}", job.id);
    let may_cancel = !progress.state().is_final() && state.services.bulk.may_cancel(job, who);
    links(this.clone(), [("cancel", "DELETE", this, may_cancel)])
}

impl From<FailedTarget> for ReportLine {
    fn from(target: FailedTarget) -> Self {
        let error = match target.failure {
            BulkFailure::Missing => "Not found",
            BulkFailure::LastAdministrator => "Can't remove the last administrator",
            BulkFailure::OwnBan => "You can't ban yourself",
            BulkFailure::BeyondMaker => "The user has a permission that you don't have",
            BulkFailure::NoLongerAllowed => "You may no longer do this",
            BulkFailure::Taken => "Email or username already in use",
            BulkFailure::Cancelled => "Cancelled",
            BulkFailure::Failed => "Internal server error",
        };
        Self::User { id: target.id.to_string(), error }
    }
}

impl BulkRequest {
    fn read(self, state: &AppState) -> Result<BulkOrder, Problem> {
        let Self { action, ids, filter, roles, until, reason } = self;
        let targets = match (ids, filter) {
            (Some(ids), None) => BulkTargets::These(read_ids(&ids)?),
            (None, Some(filter)) => BulkTargets::Matching(filter.read_filter()?),
            (None, None) => return Err(Problem::of_field("ids", &"Use ids or filter")),
            (Some(_), Some(_)) => return Err(Problem::of_field("filter", &"Use only one of ids and filter")),
        };
        let kind = action.parse().map_err(|_| {
            Problem::of_field("action", &"Must be ban, unban, verify, unlock, sendReset, setRoles, signOut or delete")
        })?;
        for (field, is_there, of) in [
            ("roles", roles.is_some(), BulkKind::SetRoles),
            ("until", until.is_some(), BulkKind::Ban),
            ("reason", reason.is_some(), BulkKind::Ban),
        ] {
            if is_there && kind != of {
                return Err(Problem::of_field(field, &format!("Only for the action {of}")));
            }
        }
        let action = match kind {
            BulkKind::Ban => user_actions::read_ban(until, reason, state.services.clock.now())?.into(),
            BulkKind::Unban => BulkAction::Unban,
            BulkKind::Verify => BulkAction::Verify,
            BulkKind::Unlock => BulkAction::Unlock,
            BulkKind::SendReset => BulkAction::SendReset,
            BulkKind::SetRoles => {
                BulkAction::SetRoles { roles: roles.ok_or_else(|| Problem::of_field("roles", &"Required"))? }
            }
            BulkKind::SignOut => BulkAction::SignOut,
            BulkKind::Delete => BulkAction::Delete,
        };
        Ok(BulkOrder { action, targets, at_most: MOST_AT_ONCE })
    }
}

fn read_ids(ids: &[String]) -> Result<Vec<UserId>, Problem> {
    if ids.is_empty() {
        return Err(Problem::of_field("ids", &"Name at least one user"));
    }
    let shown = |id: &str| id.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>();
    let bad = |id: &str, place| format!("Element {} is not the id of a user: {}", place + 1, shown(id));
    let ids = ids.iter().enumerate().map(|(place, id)| id.parse().map_err(|_| bad(id, place)));
    ids.collect::<Result<_, _>>().map_err(|why| Problem::of_field("ids", &why))
}
