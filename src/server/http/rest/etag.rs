//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110 §13) of one user. A tag has the user's version, which a change is
//! compared with, and a digest of the response, because that also shows what has no version: a lock, or the last sign-in.

use crate::server::http::{problem::Problem, state::AppState};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
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
