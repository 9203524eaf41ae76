//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110 §13): the version of one user.

use crate::server::http::{problem::Problem, state::AppState};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};

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
        match self.0.name(current, false) {
            None => Ok(None),
            Some(true) => Ok(Some(current)),
            Some(false) => Err(Problem::PreconditionFailed),
        }
    }
}

impl IfNoneMatch {
    /// Returns whether the client already has this version.
    pub fn has(&self, current: i64) -> bool {
        self.0.name(current, true) == Some(true)
    }
}

impl Tags {
    fn of(headers: &HeaderMap, name: &HeaderName) -> Self {
        let values: Vec<_> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        Self((!values.is_empty()).then(|| values.join(",")))
    }

    /// Returns whether the version is among the tags; `None` without tags. A weak comparison ignores `W/`.
    fn name(&self, version: i64, is_weak: bool) -> Option<bool> {
        let tag = text(version);
        let mut tags = self.0.as_deref()?.split(',').map(str::trim);
        Some(tags.any(|named| named == "*" || named == tag || (is_weak && named.strip_prefix("W/") == Some(&*tag))))
    }
}

/// Returns the `ETag` header of a version.
pub fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&text(version)).unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    (header::ETAG, value)
}

fn text(version: i64) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn if_match(value: Option<&str>) -> Result<Option<i64>, Problem> {
        IfMatch(Tags(value.map(str::to_owned))).expected(7)
    }

    #[test]
    fn a_change_needs_one_of_the_named_versions() {
        assert_eq!(if_match(None), Ok(None));
        for same in ["\"7\"", "*", "\"6\", \"7\""] {
            assert_eq!(if_match(Some(same)), Ok(Some(7)), "{same}");
        }
        for other in ["\"6\"", "7", "W/\"7\"", "", "\"77\""] {
            assert_eq!(if_match(Some(other)), Err(Problem::PreconditionFailed), "{other}");
        }
    }

    #[test]
    fn a_read_compares_weakly() {
        for (tags, is_known) in [("\"7\"", true), ("W/\"7\"", true), ("*", true), ("\"6\"", false)] {
            assert_eq!(IfNoneMatch(Tags(Some(tags.to_owned()))).has(7), is_known, "{tags}");
        }
    }
}
