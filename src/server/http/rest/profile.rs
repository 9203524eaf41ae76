//! `GET /users/me` (and its old address `/api/user/profile`) and `PATCH /users/me`.

use super::body::Sent;
use crate::{
    model::{DisplayName, Timestamp, User},
    server::{
        domain::UserChange,
        http::{
            extractors::{SignedIn, SignedInOrKey},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, tokens::TokenError},
    },
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

/// A user's own profile.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileResponse {
    id: String,
    email: String,
    email_verified: bool,
    username: Option<String>,
    name: String,
    roles: Vec<String>,
    created_at: String,
    updated_at: String,
}

/// The fields that users can change in their own profile.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateProfileRequest {
    name: Option<String>,
}

/// Returns the user's own profile.
pub async fn show(
    State(state): State<AppState>,
    SignedInOrKey(who): SignedInOrKey,
) -> Result<Json<ProfileResponse>, Problem> {
    let user = state.services.users.find(who.claims.user).await?;
    // Deleted a moment ago on another node.
    let user = user.ok_or(Problem::Token(TokenError::Revoked))?;
    Ok(Json(ProfileResponse::of(user, state.services.clock.now())))
}

/// Changes the user's own display name.
pub async fn change(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<SignedIn, UpdateProfileRequest>,
) -> Result<Json<ProfileResponse>, Problem> {
    let (SignedIn(who), change) = sent.read().await?;
    let Some(name) = change.name else { return show(State(state), SignedInOrKey(who)).await };
    let name = DisplayName::parse(&name).map_err(|problem| Problem::of_field("name", &problem))?;
    let user = state.services.users.change(who.claims.user, UserChange::Name(name), who.actor(), &caller).await?;
    Ok(Json(ProfileResponse::of(user, state.services.clock.now())))
}

impl ProfileResponse {
    /// Describes a user as of `now`.
    pub fn of(user: User, now: Timestamp) -> Self {
        Self {
            roles: user.roles_at(now),
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified_at.is_some(),
            username: user.username.map(|name| name.as_str().to_owned()),
            name: user.name.as_str().to_owned(),
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}
