//! The form that uploads a file of users. It is not a server function, because those read small forms without files.

use super::{
    authenticate, file_form,
    guards::{browser, see_other, sign_in},
    problem::Problem,
    state::AppState,
};
use crate::{
    model::{Flash, FormErrors, FormName, FormState, ImportStep, Page},
    server::{
        context::FLASH,
        services::{Caller, ImportError, MAX_IMPORT, UploadedFile},
    },
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use tower_sessions::Session;

/// Starts the job that checks the file, and redirects to its page.
pub async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    session: Session,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Some(who) = browser(&parts) else { return Ok(sign_in(Page::ImportUsers)) };
    state.services.bulk.require_writer(&who)?;
    let received = match file_form::read(&parts.headers, body, "file", MAX_IMPORT).await {
        Err(Problem::TooLarge) => Err(ImportError::TooLarge),
        other => Ok(other?),
    };
    authenticate::again(&state, &mut parts).await?;
    let Some(who) = browser(&parts) else { return Ok(sign_in(Page::ImportUsers)) };
    let outcome = match received {
        Ok((name, content)) => match UploadedFile::named(&name, content.into()) {
            Ok(file) => state.services.bulk.accept_file(file, ImportStep::Check, &who, &caller).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => Ok(see_other(&Page::Job.about(id))),
        Err(ImportError::User(error)) => Err(error.into()),
        Err(error) => refuse(&session, &error).await,
    }
}

async fn refuse(session: &Session, error: &ImportError) -> Result<Response, Problem> {
    let errors = FormErrors::of_field("file", error.to_string());
    let form = Some((FormName::Import, FormState { errors, ..FormState::default() }));
    session.insert(FLASH, Flash { form, ..Flash::default() }).await.map_err(|_| Problem::Busy)?;
    Ok(see_other(Page::ImportUsers.path()))
}
