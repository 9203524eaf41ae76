//! The form of the account page that uploads a picture. It is not a server function, because those read small forms
//! without files.

use super::{
    authenticate,
    guards::{browser, see_other, sign_in},
    picture_body,
    problem::Problem,
    state::AppState,
};
use crate::{
    model::{Flash, FormErrors, FormName, FormState, Page},
    server::{
        context::FLASH,
        services::{Caller, PictureError},
        text,
    },
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use tower_sessions::Session;

/// Replaces the user's own picture, and redirects to the account page, which says what happened.
pub async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    session: Session,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Some(who) = browser(&parts) else { return Ok(sign_in(Page::OwnAccount)) };
    let room = state.services.pictures.reserve(&who)?;
    let received = match picture_body::read_form(&parts.headers, body).await {
        Err(Problem::TooLarge) => Err(PictureError::TooLarge),
        other => Ok(other?),
    };
    authenticate::again(&state, &mut parts).await?;
    let Some(who) = browser(&parts) else { return Ok(sign_in(Page::OwnAccount)) };
    let outcome = match received {
        Ok(picture) => state.services.pictures.set(room, &who, picture, &caller).await,
        Err(error) => Err(error),
    };
    let flash = match outcome {
        Ok(()) => Flash { notice: Some(text::PICTURE_SAVED.to_owned()), ..Flash::default() },
        Err(error @ (PictureError::TooMany | PictureError::Busy | PictureError::Service(_))) => {
            return Err(error.into());
        }
        Err(error) => refused(&error),
    };
    // What was done is reported as done, even if the message is lost.
    if let Err(error) = session.insert(FLASH, flash).await {
        tracing::error!(cause = ?error, "can't save the message for the next page");
    }
    Ok(see_other(Page::OwnAccount.path()))
}

fn refused(error: &PictureError) -> Flash {
    let errors = FormErrors::of_field("picture", format!("{error}."));
    Flash { form: Some((FormName::Picture, FormState { errors, ..FormState::default() })), ..Flash::default() }
}
