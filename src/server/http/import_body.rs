//! Reads a file of users from a request body.

use super::{problem::Problem, request_body};
use crate::server::{
    domain::ImportFormat,
    services::{MAX_IMPORT, UploadedFile},
};
use axum::{
    body::Body,
    http::{HeaderMap, StatusCode},
};

/// JSON Lines has no registered media type.
const KINDS: [(&str, ImportFormat); 3] = [
    ("text/csv", ImportFormat::Csv),
    ("application/x-ndjson", ImportFormat::JsonLines),
    ("application/jsonl", ImportFormat::JsonLines),
];

/// Reads a file in the format that its media type names.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<UploadedFile, Problem> {
    request_body::refuse_encoded(headers)?;
    let format = KINDS.iter().find(|(kind, _)| request_body::is_of_kind(headers, kind)).map(|(_, format)| *format);
    let format = format.ok_or_else(|| Problem::Refused {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "unsupported_media_type",
        sentence: "Content type must be text/csv or application/x-ndjson, in UTF-8".to_owned(),
    })?;
    let content = request_body::read_at_most(body, MAX_IMPORT, 0).await?;
    Ok(UploadedFile { format, content: content.into() })
}
