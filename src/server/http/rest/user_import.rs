//! `POST /users/import`: a file of users.

use super::{
    body::Sent,
    bulk,
    list::{NoFilters, unpaged},
};
use crate::{
    model::ImportStep,
    server::{
        http::{
            extractors::{RequirePermission, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, UploadedFile},
    },
};
use axum::{extract::State, http::Uri, response::Response};

/// Starts a job that imports the file, or with `dryRun=true` only says what an import would do.
pub async fn import(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    sent: Sent<RequirePermission<UsersWrite>, UploadedFile>,
) -> Result<Response, Problem> {
    let step = read_step(&uri)?;
    let (admin, file) = sent.read_users().await?;
    let id = state.services.bulk.accept_file(file, step, admin.user(), &caller).await?;
    bulk::accepted(&state, id, admin.user()).await
}

fn read_step(uri: &Uri) -> Result<ImportStep, Problem> {
    let (NoFilters {}, is_dry) = unpaged(uri, "dryRun")?;
    match is_dry.as_deref() {
        Some("true") => Ok(ImportStep::Check),
        None | Some("false") => Ok(ImportStep::Insert),
        Some(_) => Err(Problem::of_field("dryRun", &"Must be true or false")),
    }
}
