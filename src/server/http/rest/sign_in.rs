//! `POST /auth/login`.

use super::{body::Body, token_response::TokenResponse};
use crate::{
    model::{Email, Identifier, Password, SignInError},
    server::{
        http::{problem::Problem, state::AppState},
        services::{Caller, SignInStep, SignedIn},
    },
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

/// A sign-in request. One of the first three fields names the user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    email: Option<String>,
    username: Option<String>,
    identifier: Option<String>,
    password: Option<String>,
}

/// A sign-in response.
#[derive(Serialize)]
pub struct LoginResponse {
    message: &'static str,
    #[serde(flatten)]
    tokens: TokenResponse,
    user: LoggedInUser,
}

#[derive(Serialize)]
struct LoggedInUser {
    id: String,
    email: String,
    name: String,
}

/// Verifies the credentials and starts an `api` session. Never sets a cookie.
pub async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    Body(request): Body<LoginRequest>,
) -> Result<Json<LoginResponse>, Problem> {
    let (identifier, password) = request.read().map_err(Problem::SignIn)?;
    let step = state.services.sign_in.by_api(identifier, password, &caller).await;
    let SignInStep::SignedIn(signed_in) = step.map_err(Problem::SignIn)?;
    Ok(Json(answer(*signed_in)))
}

impl LoginRequest {
    fn read(self) -> Result<(Identifier, Password), SignInError> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let password = self.password.filter(|password| !password.is_empty()).ok_or(SignInError::Missing)?;
        let identifier = match (given(self.email), given(self.username), given(self.identifier)) {
            (Some(email), username, _) => match (Email::parse(&email), username) {
                (Ok(email), _) => Identifier::Email(email),
                (Err(_), Some(username)) => Identifier::parse(&username),
                (Err(_), None) => return Err(SignInError::InvalidEmail),
            },
            (None, Some(username), _) => Identifier::parse(&username),
            (None, None, Some(identifier)) => Identifier::parse(&identifier),
            (None, None, None) => return Err(SignInError::Missing),
        };
        // No stored password is longer than the limit, so an overlong one is simply wrong.
        let password = Password::attempt(&password).map_err(|_| SignInError::Invalid)?;
        Ok((identifier, password))
    }
}

fn answer(signed_in: SignedIn) -> LoginResponse {
    let SignedIn { user, tokens, .. } = signed_in;
    let now = tokens.access.claims.issued_at;
    LoginResponse {
        message: "Login successful",
        tokens: TokenResponse::of(tokens, now),
        user: LoggedInUser {
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
        },
    }
}
