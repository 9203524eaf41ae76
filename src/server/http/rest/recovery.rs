//! `POST /auth/verify-email`, `/auth/resend-verification`, `/auth/forgot-password` and
//! `/auth/reset-password`.

use super::{body::Body, message::MessageResponse};
use crate::{
    model::{Email, Identifier},
    server::{
        http::{problem::Problem, state::AppState},
        services::{Caller, Confirmation},
        text,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;

/// The token of a link, or the code from the same mail with its address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmailRequest {
    token: Option<String>,
    email: Option<String>,
    code: Option<String>,
}

/// The address to send mail to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailRequest {
    email: String,
}

/// The token of a link, and the new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordRequest {
    token: String,
    password: String,
}

/// Confirms an email address.
pub async fn verify_email(
    State(state): State<AppState>,
    caller: Caller,
    Body(shown): Body<VerifyEmailRequest>,
) -> Result<Json<MessageResponse>, Problem> {
    state.services.recovery.verify_email(&shown.read()?, &caller).await?;
    Ok(MessageResponse::of(text::EMAIL_CONFIRMED))
}

/// Mails a new link and code if the address needs confirming. The response is always the same.
pub async fn resend_verification(
    State(state): State<AppState>,
    caller: Caller,
    Body(address): Body<EmailRequest>,
) -> Result<(StatusCode, Json<MessageResponse>), Problem> {
    let identifier = Identifier::Email(parse(&address.email)?);
    state.services.recovery.resend_verification(&identifier, &caller).await?;
    Ok((StatusCode::ACCEPTED, MessageResponse::of(text::VERIFICATION_SENT)))
}

/// Mails a link to set a new password if there is an account. The response is always the same.
pub async fn forgot_password(
    State(state): State<AppState>,
    caller: Caller,
    Body(address): Body<EmailRequest>,
) -> Result<(StatusCode, Json<MessageResponse>), Problem> {
    state.services.recovery.forgot_password(&parse(&address.email)?, &caller).await?;
    Ok((StatusCode::ACCEPTED, MessageResponse::of(text::RESET_SENT)))
}

/// Sets a new password and ends every session of the user. Starts no session.
pub async fn reset_password(
    State(state): State<AppState>,
    caller: Caller,
    Body(new): Body<ResetPasswordRequest>,
) -> Result<Json<MessageResponse>, Problem> {
    state.services.recovery.reset_password(&new.token, &new.password, &caller).await?;
    Ok(MessageResponse::of(text::PASSWORD_RESET))
}

impl VerifyEmailRequest {
    fn read(self) -> Result<Confirmation, Problem> {
        match (self.token, self.email, self.code) {
            (Some(token), None, None) => Ok(Confirmation::Token(token)),
            (None, Some(email), Some(code)) => Ok(Confirmation::Code { email: parse(&email)?, code }),
            _ => Err(Problem::BadRequest("Provide `token`, or `email` and `code`")),
        }
    }
}

fn parse(email: &str) -> Result<Email, Problem> {
    Email::parse(email).map_err(|problem| Problem::of_field("email", &problem))
}
