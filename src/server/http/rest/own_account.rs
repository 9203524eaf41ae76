//! `POST /auth/confirm`, `POST /users/me/password`, `POST /users/me/email` and `DELETE /users/me`.

use super::{body::Sent, message::MessageResponse, token_response::TokenResponse};
use crate::{
    model::{Email, SessionKind},
    server::{
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{Caller, OwnAccountError},
        text,
    },
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;

/// The current password, entered again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    password: String,
}

/// The current and the new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangePasswordRequest {
    current_password: String,
    new_password: String,
}

/// The new email address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmailRequest {
    email: String,
}

/// Verifies the password again and marks the session as freshly signed in.
pub async fn confirm(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<SignedIn, ConfirmRequest>,
) -> Result<StatusCode, Problem> {
    let (SignedIn(who), again) = sent.read().await?;
    state.services.own_account.confirm(&who, &again.password, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the password and ends every other session. An `api` session gets its new tokens in the body, a
/// browser session in cookies.
pub async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<SignedIn, ChangePasswordRequest>,
) -> Result<Response, Problem> {
    let (SignedIn(who), request) = sent.read().await?;
    let ChangePasswordRequest { current_password, new_password } = request;
    let changed = state.services.own_account.change_password(&who, &current_password, &new_password, &caller).await;
    let signed_in = changed.map_err(|error| match error {
        OwnAccountError::WrongPassword => Problem::of_field("currentPassword", &error),
        other => other.into(),
    })?;
    let now = state.services.clock.now();
    if who.kind == SessionKind::Api {
        return Ok(Json(TokenResponse::of(signed_in.tokens, now)).into_response());
    }
    let device = signed_in.device.as_ref().map(|device| state.cookies.set_device(device));
    let cookies = state.cookies.set_tokens(&signed_in.tokens, now).into_iter().chain(device);
    let cookies: Vec<_> = cookies.map(|cookie| (header::SET_COOKIE, cookie)).collect();
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response())
}

/// Mails a confirmation link to the new address. The response is the same if the address is taken.
pub async fn change_email(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<SignedIn, ChangeEmailRequest>,
) -> Result<Json<MessageResponse>, Problem> {
    let (SignedIn(who), new) = sent.read().await?;
    let email = Email::parse(&new.email).map_err(|problem| Problem::of_field("email", &problem))?;
    state.services.own_account.change_email(&who, &email, &caller).await?;
    Ok(MessageResponse::of(text::NEW_EMAIL_SENT))
}

/// Deletes the user's own account for good.
pub async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    state.services.own_account.delete(&who, &caller).await?;
    Ok(super::sign_out::signed_out(&state, &who))
}
