//! Reads pictures from request bodies: the field `picture` of a form, or the body itself.

use super::{file_form, problem::Problem, request_body};
use crate::server::services::{MAX_PICTURE, PictureError};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};

/// Programs may also leave out the type, as curl does.
const KINDS: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/octet-stream"];

/// Reads a picture in either form.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/")) {
        return read_form(headers, body).await;
    }
    request_body::refuse_encoded(headers)?;
    let is_picture = KINDS.iter().any(|kind| request_body::is_of_kind(headers, kind));
    if headers.contains_key(header::CONTENT_TYPE) && !is_picture {
        return Err(PictureError::WrongKind.into());
    }
    request_body::read_at_most(body, MAX_PICTURE, file_form::DISCARDED).await
}

/// Reads the picture of a form; empty if none was chosen.
pub async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    Ok(file_form::read(headers, body, "picture", MAX_PICTURE).await?.1)
}
