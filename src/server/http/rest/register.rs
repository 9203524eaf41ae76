//! `POST /auth/register` and `POST /invitations`.

use super::{
    body::{Body, Sent},
    message::MessageResponse,
};
use crate::{
    model::Email,
    server::{
        http::{
            extractors::{RequirePermission, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::Caller,
        text,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;

/// A registration request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    email: String,
    username: Option<String>,
    name: Option<String>,
    password: String,
    /// The token of an invitation link.
    invitation: Option<String>,
}

/// The address to invite.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    email: String,
}

/// Creates an account. The response is the same if the address is taken: its owner is informed by mail.
pub async fn register(
    State(state): State<AppState>,
    caller: Caller,
    Body(request): Body<RegisterRequest>,
) -> Result<(StatusCode, Json<MessageResponse>), Problem> {
    let username = request.username.unwrap_or_default();
    let min_length = state.services.passwords.min_length();
    let account =
        text::parse_account(request.name.as_deref(), &request.email, &username, Some(&request.password), min_length);
    let account = account.map_err(|refusal| Problem::BadFields(refusal.fields))?;
    state.services.registration.register(account, request.invitation.as_deref(), &caller).await?;
    Ok((StatusCode::ACCEPTED, MessageResponse::of(text::REGISTERED)))
}

/// Mails an invitation link, with which the recipient can create an account.
pub async fn invite(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<RequirePermission<UsersWrite>, InviteRequest>,
) -> Result<(StatusCode, Json<MessageResponse>), Problem> {
    let (admin, invited) = sent.read().await?;
    let email = Email::parse(&invited.email).map_err(|problem| Problem::of_field("email", &problem))?;
    state.services.registration.invite(&email, admin.actor(), &caller).await?;
    Ok((StatusCode::ACCEPTED, MessageResponse::of(text::invited(&email))))
}
