//! Parses ids in paths.

use crate::server::http::problem::Problem;
use axum::extract::{Path, rejection::PathRejection};
use std::str::FromStr;

/// The id as it stands in the path.
pub type PathId = Result<Path<String>, PathRejection>;

/// Parses the id. A malformed id responds 404, like an unknown one.
pub fn read<T: FromStr>(id: PathId) -> Result<T, Problem> {
    id.ok().and_then(|Path(id)| id.parse().ok()).ok_or(Problem::NotFound)
}
