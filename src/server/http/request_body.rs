//! Reads request bodies of a known type, with limits on size and time.

use super::problem::Problem;
use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, header},
};
use futures::StreamExt;
use std::time::Duration;

/// The largest body accepted, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads the whole body. Fails if it is larger than `MAX_BYTES`, too slow or incomplete.
pub async fn read(body: Body) -> Result<Bytes, Problem> {
    read_at_most(body, MAX_BYTES, 0).await
}

/// Reads the whole body. Fails if it is larger than `most` bytes, too slow or incomplete. Of one that is too large, up
/// to `discarded` bytes more are read first.
pub async fn read_at_most(body: Body, most: usize, discarded: usize) -> Result<Bytes, Problem> {
    tokio::time::timeout(PATIENCE, whole(body, most, discarded)).await.map_err(|_| Problem::TooSlow)?
}

async fn whole(body: Body, most: usize, discarded: usize) -> Result<Bytes, Problem> {
    if body.size_hint().lower() > (most + discarded) as u64 {
        return Err(Problem::TooLarge);
    }
    let (mut size, mut bytes, mut chunks) = (0, Vec::new(), body.into_data_stream());
    while let Some(chunk) = chunks.next().await {
        // Broken chunks, or the client disconnected midway.
        let chunk = chunk.map_err(|_| Problem::BadRequest("Incomplete request body"))?;
        size += chunk.len();
        if size > most + discarded {
            return Err(Problem::TooLarge);
        }
        if size > most {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if size > most { Err(Problem::TooLarge) } else { Ok(bytes.into()) }
}

/// Returns whether the `Content-Type` is this media type, in UTF-8.
pub fn is_of_kind(headers: &HeaderMap, kind: &str) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    let is_kind = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(kind));
    let mut charsets =
        parts.filter_map(|part| part.split_once('=')).filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    is_kind
        && charsets.all(|(_, name)| {
            ["utf-8", "utf8", "us-ascii"].contains(&name.trim_matches('"').to_ascii_lowercase().as_str())
        })
}

/// Rejects a body that would have to be decompressed first.
pub fn refuse_encoded(headers: &HeaderMap) -> Result<(), Problem> {
    let values =
        headers.get_all(header::CONTENT_ENCODING).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let mut codings = values.map(<[u8]>::trim_ascii);
    let is_plain = codings.all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity"));
    if is_plain { Ok(()) } else { Err(Problem::EncodedBody) }
}
