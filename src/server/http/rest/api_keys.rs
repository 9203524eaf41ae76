//! `GET` and `POST /api-keys`, and `GET` and `DELETE /api-keys/{id}`: the user's own API keys.

use super::{
    body::Sent,
    id::PathId,
    links::{Links, links},
    list::{ListQuery, ListResponse, NoFilters},
};
use crate::{
    model::{SessionId, Timestamp},
    server::{
        domain::ApiKey,
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{ApiKeyOrder, Caller},
    },
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// An API key. The key itself is in the response that creates it, and in no other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyResponse {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    scopes: Vec<String>,
    networks: Vec<String>,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    last_used_network: Option<String>,
    links: Links,
}

/// An API key to create: without `expiresAt` (RFC 3339) it never expires, without `networks` (addresses, and ranges in CIDR
/// notation) it can be used from anywhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CreateApiKeyRequest {
    name: String,
    scopes: Vec<String>,
    expires_at: Option<String>,
    networks: Option<Vec<String>>,
}

/// Lists the user's own live keys, oldest first.
pub async fn list(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<ApiKeyResponse>, Problem> {
    let keys = state.services.api_keys.list(who.claims.user).await?;
    page.answer_from(keys.into_iter().map(|key| ApiKeyResponse::of(key, None)).collect(), |key| &key.id)
}

/// Returns one of the user's own live keys. Responds 404 for another user's key.
pub async fn show(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    PathId(id): PathId<SessionId>,
) -> Result<Json<ApiKeyResponse>, Problem> {
    let keys = state.services.api_keys.list(who.claims.user).await?;
    let key = keys.into_iter().find(|key| key.id == id).ok_or(Problem::NotFound)?;
    Ok(Json(ApiKeyResponse::of(key, None)))
}

/// Creates a key. The user must have signed in recently, and have every permission among its scopes.
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<SignedIn, CreateApiKeyRequest>,
) -> Result<Response, Problem> {
    let (SignedIn(who), CreateApiKeyRequest { name, scopes, expires_at, networks }) = sent.read().await?;
    let expires_at = expires_at.map(|text| text.parse::<Timestamp>()).transpose();
    let expires_at = expires_at.map_err(|error| Problem::of_field("expiresAt", &error))?;
    let order = ApiKeyOrder { name, scopes, expires_at, networks: networks.unwrap_or_default() };
    let (key, secret) = state.services.api_keys.create(order, &who, &caller).await?;
    let location = format!("/api/v1/api-keys/{}", key.id);
    let response = Json(ApiKeyResponse::of(key, Some(secret)));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], response).into_response())
}

/// Revokes one of the user's own keys at once. Responds 404 for another user's key.
pub async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, Problem> {
    let was_live = state.services.api_keys.revoke(id, &who, &caller).await?;
    if was_live { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

impl ApiKeyResponse {
    fn of(key: ApiKey, secret: Option<String>) -> Self {
        let this = format!("/api/v1/api-keys/{}", key.id);
        let (last_used_at, last_used_network) = key.last_used.unzip();
        Self {
            links: links(this.clone(), [("revoke", "DELETE", this, true)]),
            id: key.id.to_string(),
            name: key.name,
            key: secret,
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            networks: key.networks.iter().map(ToString::to_string).collect(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            last_used_at: last_used_at.map(|at| at.to_string()),
            last_used_network,
        }
    }
}
