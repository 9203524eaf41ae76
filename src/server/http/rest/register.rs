//! `POST /auth/register` and `POST /invitations`.

use super::{
    body::{Body, Sent},
    message::Message,
};
use crate::{
    model::{Email, Permission},
    server::{
        http::{authenticate::From, problem::Problem, state::AppState},
        services::{InvitationError, RegistrationError},
        text,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;

/// A registration request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
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
pub struct Invited {
    email: String,
}

/// Creates an account. The response is the same if the address is taken: its owner is informed by mail.
pub async fn register(
    State(state): State<AppState>,
    From(caller): From,
    Body(asked): Body<Asked>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let username = asked.username.unwrap_or_default();
    let min_length = state.services.passwords.min_length();
    let account = text::parse_account(asked.name.as_deref(), &asked.email, &username, &asked.password, min_length);
    let account = account.map_err(|refusal| Problem::BadFields(refusal.fields))?;
    state.services.registration.register(account, asked.invitation.as_deref(), &caller).await?;
    Ok((StatusCode::ACCEPTED, Message::of(text::REGISTERED)))
}

/// Mails an invitation link, with which the recipient can create an account.
pub async fn invite(
    State(state): State<AppState>,
    From(caller): From,
    sent: Sent<Invited>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let (who, invited) = sent.by_allowed(Permission::UsersWrite).await?;
    let email = Email::parse(&invited.email).map_err(|problem| Problem::of_field("email", &problem))?;
    let asked = state.services.registration.invite(&email, who.actor(), &caller).await;
    asked.map_err(|error| match error {
        InvitationError::Taken => Problem::conflict("email", &error),
        InvitationError::Closed => RegistrationError::Closed.into(),
        InvitationError::Service(error) => error.into(),
    })?;
    Ok((StatusCode::ACCEPTED, Message::of(text::INVITED)))
}
