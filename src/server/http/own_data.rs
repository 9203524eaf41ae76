//! Lets users download what is kept about them.

use super::{
    guards::{browser, see_other, sign_in},
    problem::Problem,
    rest::OwnDataResponse,
    state::AppState,
};
use crate::{
    model::Page,
    server::services::{Caller, OwnAccountError},
};
use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};

/// Sends the user's own data as a file. If the sign-in is not fresh, leads to the page that asks for the password.
pub async fn download(State(state): State<AppState>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let Some(who) = browser(&parts) else { return Ok(sign_in(Page::OwnAccount)) };
    let data = match state.services.own_account.data(&who, &caller).await {
        Ok(data) => data,
        Err(OwnAccountError::NotFresh) => {
            return Ok(see_other(&Page::Confirm.with([("next", Page::OwnAccount.path())])));
        }
        Err(error) => return Err(error.into()),
    };
    let file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")];
    let response = OwnDataResponse::of(data, who.claims.session, state.services.clock.now());
    Ok((file, Json(response)).into_response())
}
