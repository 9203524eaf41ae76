//! Request bodies: JSON of a known shape, of bounded size, in bounded time.

use crate::server::http::{problem::Problem, request_body, state::AppState};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

/// A body that is exactly a `T`: whatever is odd about it is a 4xx.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        request_body::refuse_encoded(request.headers())?;
        if !request_body::is_of_kind(request.headers(), "application/json") {
            return Err(Problem::UnsupportedMediaType);
        }
        let bytes = request_body::read(request.into_body()).await?;
        // An array of its fields' values would do for a structure, too.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
            return Err(Problem::BadRequest("The request body does not have the expected fields"));
        }
        // The library's own words about what is wrong stay here: they quote the input.
        serde_json::from_slice(&bytes).map(Self).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                Problem::BadRequest("The request body does not have the expected fields")
            }
            _ => Problem::BadRequest("The request body is not valid JSON"),
        })
    }
}
