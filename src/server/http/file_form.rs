//! Reads a file from the body of a form.

use super::{problem::Problem, request_body};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use futures::stream;
use std::{convert::Infallible, future::ready};

/// How much larger than its file a form may be, in bytes.
const AROUND: usize = 16 * 1024;
/// How much more is read of a body that is too large, in bytes. Photos are, and a browser shows the response only
/// after it has sent them.
pub const DISCARDED: usize = 32 * 1024 * 1024;

/// Reads the file of this field and its name; both empty if none was chosen. Fails if the form is larger than a file of
/// `most` bytes makes it.
pub async fn read(headers: &HeaderMap, body: Body, name: &str, most: usize) -> Result<(String, Bytes), Problem> {
    request_body::refuse_encoded(headers)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::NotAForm)?;
    let body = request_body::read_at_most(body, most + AROUND, DISCARDED).await?;
    let whole = stream::once(ready(Ok::<_, Infallible>(body)));
    let mut form = multer::Multipart::new(whole, boundary);
    let invalid = |_| Problem::BadRequest("Invalid form");
    while let Some(field) = form.next_field().await.map_err(invalid)? {
        if field.name() == Some(name) {
            let file = field.file_name().unwrap_or_default().to_owned();
            return Ok((file, field.bytes().await.map_err(invalid)?));
        }
    }
    Ok((String::new(), Bytes::new()))
}
