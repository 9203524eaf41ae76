//! Ids in addresses.

use crate::server::http::problem::Problem;
use axum::extract::{Path, rejection::PathRejection};
use std::str::FromStr;

/// The id as the address has it.
pub type Asked = Result<Path<String>, PathRejection>;

/// What it is the id of; what is no id is the id of nothing.
pub fn read<T: FromStr>(id: Asked) -> Result<T, Problem> {
    id.ok().and_then(|Path(id)| id.parse().ok()).ok_or(Problem::NotFound)
}
