//! Parses ids in paths.

use crate::server::http::{problem::Problem, state::AppState};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use std::str::FromStr;

/// The id in the path. A malformed id responds 404, like an unknown one.
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequestParts<AppState> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::NotFound)?;
        id.parse().map(Self).map_err(|_| Problem::NotFound)
    }
}
