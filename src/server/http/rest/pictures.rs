//! `PUT /users/me/picture`, `DELETE /users/me/picture` and `GET /users/{id}/picture`.

use super::{body::Sent, etag::IfNoneMatch, id::PathId};
use crate::{
    model::UserId,
    server::{
        domain::Picture,
        http::{
            extractors::{SignedIn, SignedInOrKey},
            problem::Problem,
            state::AppState,
        },
        services::{Authenticated, Caller},
    },
};
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Replaces the user's own picture.
pub async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
    sent: Sent<SignedIn, Bytes>,
) -> Result<StatusCode, Problem> {
    let room = state.services.pictures.reserve(&who)?;
    let (SignedIn(who), picture) = sent.read_picture().await?;
    state.services.pictures.set(room, &who, picture, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the user's own picture, if there is one.
pub async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
) -> Result<StatusCode, Problem> {
    state.services.pictures.remove(&who, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the picture of a user: one's own, or anyone's with the permission to read users.
pub async fn show(
    State(state): State<AppState>,
    SignedInOrKey(who): SignedInOrKey,
    PathId(id): PathId<UserId>,
    RawQuery(query): RawQuery,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    respond(&state, &who, id, query.as_deref(), &known).await
}

/// Returns the user's own picture.
pub async fn show_own(
    State(state): State<AppState>,
    SignedInOrKey(who): SignedInOrKey,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    respond(&state, &who, who.claims.user, None, &known).await
}

async fn respond(
    state: &AppState,
    who: &Authenticated,
    id: UserId,
    query: Option<&str>,
    known: &IfNoneMatch,
) -> Result<Response, Problem> {
    let Picture { version, content } = state.services.pictures.find(who, id).await?.ok_or(Problem::NotFound)?;
    let is_versioned = query.and_then(|query| query.strip_prefix("v=")) == Some(version.as_str());
    let caching = if is_versioned { "private, max-age=31536000, immutable" } else { "private, no-cache" };
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).map_err(|_| Problem::Internal)?;
    let is_known = known.has(&tag);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::ETAG, tag),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, content).into_response())
}
