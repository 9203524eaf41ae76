//! Calls of server functions.

use crate::model::FnError;
use gloo_net::http::Request;
use leptos::serde_json;
use serde::de::DeserializeOwned;

/// Posts a URL-encoded form to the server function at `path` and returns its result.
///
/// Leptos's own client would put the code to encode and decode every form into the browser.
pub async fn post<T: DeserializeOwned>(path: &str, form: String) -> Result<T, FnError> {
    let request = Request::post(path)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .map_err(|_| FnError::Internal)?;
    let response = request.send().await.map_err(|_| FnError::Unreachable)?;
    let text = response.text().await.map_err(|_| FnError::Unreachable)?;
    match response.status() {
        401 => Err(FnError::SignInRequired),
        400..=599 => Err(serde_json::from_str(&text).unwrap_or(FnError::Internal)),
        _ => serde_json::from_str(&text).map_err(|_| FnError::Internal),
    }
}
