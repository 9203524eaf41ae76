//! Changes of many users: the question before them, their start, and how far they are.

use crate::model::{FnError, FormResult, JobList, JobView, UsersToChange};
use leptos::prelude::*;

/// Reads what is asked about the selection in `query`, in the syntax of the page's address. Without an action, or with a
/// wrong filter, nothing is: the page leads back to the list, which says what is wrong.
#[server(name = ReadUsersToChange, endpoint = "users_to_change")]
pub async fn users_to_change(#[server(default)] query: String) -> Result<Option<UsersToChange>, FnError> {
    use crate::{
        model::{BulkSelection, FormErrors, FormName, Permission},
        server::{context::ServerFnContext, services::bulk_view, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUsers)?;
    context.require(Permission::UsersWrite)?;
    let who = context.require(Permission::UsersRead).map_err(|_| context.forbidden())?;
    let selection = BulkSelection::parse(&query);
    let list = BulkSelection::list_address(&query);
    if BulkSelection::wrong_in(&query).is_some() {
        context.turn_back(&list, FormErrors::default()).await;
        return Ok(None);
    }
    let Some(kind) = selection.kind else {
        context.turn_back(&list, FormErrors::of_form(text::CHOOSE_ACTION)).await;
        return Ok(None);
    };
    context.require(kind.permission()).map_err(|_| context.forbidden())?;
    Ok(Some(bulk_view::question(context.services(), kind, selection, &who).await?))
}

/// Starts a job for the selection in `query`, of at most `count` users. `confirmation` is their number as typed, where it
/// is asked.
#[server(endpoint = "change_users")]
pub async fn change_users(
    #[server(default)] query: String,
    #[server(default)] count: i64,
    #[server(default)] confirmation: String,
    #[server(default)] reason: String,
    #[server(default)] until: String,
    #[server(default)] roles: Vec<String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{BulkSelection, FormName, Page, Permission},
        server::{
            context::ServerFnContext,
            services::{BulkError, BulkOrder, UserError, bulk_view},
            text,
        },
    };
    let context = ServerFnContext::for_form(FormName::ChangeUsers)?;
    let context = context.keep([("reason", &reason), ("until", &until), ("roles", &roles.join(" "))]);
    let who = context.require(Permission::UsersWrite)?;
    let (kind, selection) = BulkSelection::to_start(&query).ok_or(FnError::BadRequest)?;
    let (asked, now) = (selection.address(), context.services().clock.now());
    let action = match text::parse_bulk(kind, count, &confirmation, (&until, &reason), roles, now) {
        Ok(action) => action,
        Err(errors) => return context.reject(&asked, errors).await,
    };
    let order = BulkOrder { action, targets: bulk_view::targets(&selection), at_most: count };
    let confirm = Page::Confirm.with([("next", &asked)]);
    match context.services().bulk.start(order, &who, context.caller()).await {
        Ok(id) => context.redirect(&Page::Job.about(id), None).await,
        Err(BulkError::User(UserError::NotFresh)) => context.redirect(&confirm, None).await,
        Err(error) => context.reject(&asked, text::bulk_errors(error)?).await,
    }
}

/// Reads a job of the current user, with the failures `after` an id. The page reloads itself until the job has ended.
#[server(name = ReadJob, endpoint = "bulk_job")]
pub async fn bulk_job(#[server(default)] id: String, #[server(default)] after: String) -> Result<JobView, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::bulk_view},
    };
    const PAUSE: u8 = 2;
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersWrite)?;
    let id = id.parse().map_err(|_| context.not_found())?;
    let job = bulk_view::job(context.services(), id, who.claims.user, &after).await?;
    let job = job.ok_or_else(|| context.not_found())?;
    if !job.state.is_final() {
        context.reload_after(PAUSE);
    }
    Ok(job)
}

/// Reads a page of all jobs, newest first.
#[server(name = ReadJobs, endpoint = "jobs")]
pub async fn jobs(#[server(default)] after: String, #[server(default)] before: String) -> Result<JobList, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::Cursor},
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersRead)?;
    Ok(context.services().bulk.view(Cursor::read(&after, &before), who.claims.user).await?)
}

/// Imports the file that a job of the current user has checked.
#[server(endpoint = "import_users")]
pub async fn import_users(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, JobId, Page, Permission},
        server::{context::ServerFnContext, services::ImportError, text},
    };
    let context = ServerFnContext::for_form(FormName::Import)?;
    let who = context.require(Permission::UsersWrite)?;
    let id: JobId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = Page::Job.about(id);
    match context.services().bulk.start_import(id, &who, context.caller()).await {
        Ok(()) => context.redirect(&page, None).await,
        Err(ImportError::User(error)) => context.reject(&page, text::user_errors(error)?).await,
        Err(error) => context.reject(&page, FormErrors::of_form(error.to_string())).await,
    }
}

/// Stops a job.
#[server(endpoint = "stop_job")]
pub async fn stop_job(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, JobId, Page, Permission},
        server::{context::ServerFnContext, services::BulkError, text},
    };
    let context = ServerFnContext::for_form(FormName::Import)?;
    let who = context.require(Permission::UsersWrite)?;
    let id: JobId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = Page::Job.about(id);
    match context.services().bulk.cancel(id, &who, context.caller()).await {
        // The page says what the job had done by then.
        Ok(()) | Err(BulkError::Finished) => context.redirect(&page, None).await,
        Err(error) => context.reject(&page, text::bulk_errors(error)?).await,
    }
}
