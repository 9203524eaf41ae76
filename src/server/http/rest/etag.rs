//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110 §13). The tag of one user has the user's version, which a change is
//! compared with, and a digest of the response, because that also shows what has no version: a lock, or the last sign-in.
//! All other JSON has a weak tag of the digest alone.

use crate::server::http::{problem::Problem, state::AppState};
use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The tags that the client names; `None` if it names none.
pub struct Tags(Option<String>);

/// The condition of a change.
pub struct IfMatch(Tags);

/// The condition of a read.
pub struct IfNoneMatch(Tags);

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        Ok(Self(Tags::of(&parts.headers, &header::IF_MATCH)))
    }
}

impl FromRequestParts<AppState> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        Ok(Self(Tags::of(&parts.headers, &header::IF_NONE_MATCH)))
    }
}

impl IfMatch {
    /// Returns the version that must still be there at the write: `current`, if the client names it, or `None` for
    /// any. Fails with 412 if the client names others only.
    pub fn expected(&self, current: i64) -> Result<Option<i64>, Problem> {
        let is_current = |tag: &str| {
            let version = tag.strip_prefix('"').and_then(|tag| tag.split_once('.')).map(|(version, _)| version);
            tag == "*" || version == Some(&*current.to_string())
        };
        match self.0.any(is_current) {
            None => Ok(None),
            Some(true) => Ok(Some(current)),
            Some(false) => Err(Problem::PreconditionFailed),
        }
    }
}

impl IfNoneMatch {
    /// Returns whether the client already has the response with this tag. The comparison is weak: `W/` is ignored.
    pub fn has(&self, current: &HeaderValue) -> bool {
        self.0.any(|tag| tag == "*" || tag.trim_start_matches("W/") == current) == Some(true)
    }
}

impl Tags {
    fn of(headers: &HeaderMap, name: &HeaderName) -> Self {
        let values: Vec<_> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        Self((!values.is_empty()).then(|| values.join(",")))
    }

    /// Returns whether one of the tags is wanted; `None` without tags.
    fn any(&self, is_wanted: impl Fn(&str) -> bool) -> Option<bool> {
        Some(self.0.as_deref()?.split(',').map(str::trim).any(is_wanted))
    }
}

/// Returns the tag of a response about this version of a user.
pub fn etag(version: i64, body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let tag = format!("\"{version}.{:02x}{:02x}{:02x}{:02x}\"", digest[0], digest[1], digest[2], digest[3]);
    HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Adds a tag to JSON that has none, and responds 304 to a client that has it already. Streams have no tag.
pub async fn layer(known: IfNoneMatch, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let headers = response.headers();
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let is_tagged = response.status() == StatusCode::OK && is_json && !headers.contains_key(header::ETAG);
    let Some(size) = response.body().size_hint().exact().filter(|_| is_tagged) else { return response };
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::try_from(size).unwrap_or(usize::MAX)).await else {
        return Problem::Internal.into_response();
    };
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&body)[..12]));
    let (Ok(strong), Ok(weak)) = (HeaderValue::try_from(&tag), HeaderValue::try_from(format!("W/{tag}"))) else {
        return Problem::Internal.into_response();
    };
    parts.headers.insert(header::ETAG, weak);
    if !known.has(&strong) {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Tags {
        Tags(Some(text.to_owned()))
    }

    #[test]
    fn a_change_needs_one_of_the_named_versions() {
        assert_eq!(IfMatch(Tags(None)).expected(7), Ok(None));
        let tag = etag(7, b"one").to_str().expect("text").to_owned();
        for same in [tag.as_str(), "*", "\"6.00000000\", \"7.00000000\""] {
            assert_eq!(IfMatch(tags(same)).expected(7), Ok(Some(7)), "{same}");
        }
        for other in ["\"6.00000000\"", "7", "\"7\"", "W/\"7.00000000\"", "", "\"77.00000000\""] {
            assert_eq!(IfMatch(tags(other)).expected(7), Err(Problem::PreconditionFailed), "{other}");
        }
    }

    #[test]
    fn a_read_needs_the_same_response() {
        let current = etag(7, b"one");
        let text = current.to_str().expect("text");
        let other = etag(7, b"two");
        for (given, is_known) in
            [(text, true), (&format!("W/{text}"), true), ("*", true), (other.to_str().expect("text"), false)]
        {
            assert_eq!(IfNoneMatch(tags(given)).has(&current), is_known, "{given}");
        }
    }
}
