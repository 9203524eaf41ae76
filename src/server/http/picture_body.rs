//! Reads pictures from request bodies: the field `picture` of a form, or the body itself.

use super::{problem::Problem, request_body};
use crate::server::services::{MAX_PICTURE, PictureError};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use futures::stream;
use std::{convert::Infallible, future::ready};

/// How much larger than its picture a form may be, in bytes.
const AROUND: usize = 16 * 1024;
/// How much more is read of a body that is too large, in bytes. Photos are, and a browser shows the response only
/// after it has sent them.
const DISCARDED: usize = 32 * 1024 * 1024;
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
    request_body::read_at_most(body, MAX_PICTURE, DISCARDED).await
}

/// Reads the picture of a form; empty if none was chosen.
pub async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    request_body::refuse_encoded(headers)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::NotAForm)?;
    let body = request_body::read_at_most(body, MAX_PICTURE + AROUND, DISCARDED).await?;
    let whole = stream::once(ready(Ok::<_, Infallible>(body)));
    let mut form = multer::Multipart::new(whole, boundary);
    let invalid = |_| Problem::BadRequest("Invalid form");
    while let Some(field) = form.next_field().await.map_err(invalid)? {
        if field.name() == Some("picture") {
            return field.bytes().await.map_err(invalid);
        }
    }
    Ok(Bytes::new())
}
