//! `POST /tokens/inspect`: shows a token's content and whether it is valid.

use super::{body::Sent, session_response::SessionResponse};
use crate::{
    model::{Permission, Timestamp, TokenFlaw},
    server::{
        http::{extractors::SignedInOrKey, problem::Problem, state::AppState},
        services::Findings,
    },
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The token to inspect.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    token: String,
}

/// The result of an inspection.
#[derive(Serialize)]
pub struct InspectResponse {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<TokenFlaw>,
    header: Option<Map<String, Value>>,
    claims: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionResponse>,
}

/// Inspects the user's own token or, with `sessions:read`, any user's.
pub async fn inspect(
    State(state): State<AppState>,
    sent: Sent<SignedInOrKey, InspectRequest>,
) -> Result<Json<InspectResponse>, Problem> {
    let (SignedInOrKey(who), shown) = sent.read().await?;
    let findings = state.services.inspection.inspect(&shown.token, &who).await?;
    let held = state.services.permissions.held_by(&who);
    Ok(Json(InspectResponse::of(findings, &held, state.services.clock.now())))
}

impl InspectResponse {
    fn of(findings: Findings, held: &[Permission], now: Timestamp) -> Self {
        let Findings { flaw, header, claims, session, end } = findings;
        let session = session.map(|session| SessionResponse::any(session, now).with_end(end));
        let is_reader = held.contains(&Permission::SessionsRead);
        let session =
            session.map(|session| if is_reader { session.with_links(held) } else { session.with_own_links() });
        Self { active: flaw.is_none(), reason: flaw, header, claims, session }
    }
}
