//! Chooses media types that the client accepts (RFC 9110 §12.5.1), and the version of the API that it asks for.

use super::{encoding::weight_of, problem::Problem};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::cmp::Reverse;

const JSON: &str = "application/json";
pub const PROBLEM: &str = "application/problem+json";
/// The JSON of this version of the API.
const VERSION: &str = "application/vnd.claviger.v1+json";
/// What the JSON of any version begins with.
const ANY_VERSION: &str = "application/vnd.claviger.";
const VERSIONED: &str = "/api/v1/";
const UNVERSIONED: &str = "/api/";
/// The unversioned address that has another name in the versions.
const PROFILE: &str = "/api/user/profile";

/// Returns the media ranges of a request in lower case, with their weights in thousandths. Other parameters are ignored,
/// and so are weights that can't be parsed.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = (String, u16)> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|text| text.split(',')).filter_map(|element| {
        let mut parts = element.split(';');
        let range = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parts.find_map(weight_of).unwrap_or(1000);
        (!range.is_empty()).then_some((range, weight))
    })
}

/// Returns the weight of a media type: that of the most specific range, or 0 if none matches.
fn weight(headers: &HeaderMap, kind: &str) -> u16 {
    let group = kind.split('/').next().unwrap_or_default();
    let matching = ranges(headers).filter_map(|(range, weight)| match range.as_str() {
        range if range == kind => Some((0, weight)),
        range if range.strip_suffix("/*") == Some(group) => Some((1, weight)),
        "*/*" => Some((2, weight)),
        _ => None,
    });
    matching.min_by_key(|(distance, weight)| (*distance, Reverse(*weight))).map_or(0, |(_, weight)| weight)
}

/// Returns whether errors are to be RFC 9457 documents: the client names them, and does not prefer plain JSON.
pub fn wants_problem_documents(headers: &HeaderMap) -> bool {
    let named = ranges(headers).filter(|(range, _)| range == PROBLEM).map(|(_, weight)| weight).max();
    named.is_some_and(|named| named > 0 && named >= weight(headers, JSON))
}

/// Returns whether a request accepts one of these media types, or JSON of any kind, which errors are.
fn admits(headers: &HeaderMap, kinds: &[&str]) -> bool {
    ranges(headers).next().is_none()
        || [JSON, PROBLEM, VERSION].iter().chain(kinds).any(|kind| weight(headers, kind) > 0)
}

/// Rejects a request for a route that responds with JSON or these media types, none of which is accepted. The
/// operation has not run then.
pub async fn layer(State(kinds): State<&'static [&'static str]>, request: Request, next: Next) -> Response {
    if admits(request.headers(), kinds) { next.run(request).await } else { Problem::NotAcceptable.into_response() }
}

/// Adds the version that `Accept` names to a path without one. Runs before the request is routed.
pub fn add_version<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    if weight_of_version(request.headers()) > 0
        && let Some(uri) = versioned(request.uri())
    {
        *request.uri_mut() = uri;
    }
    request
}

/// Returns whether `Accept` asks only for versions of the API that don't exist.
pub fn asks_for_unknown_version(headers: &HeaderMap) -> bool {
    ranges(headers).any(|(range, weight)| range.starts_with(ANY_VERSION) && weight > 0)
        && weight_of_version(headers) == 0
}

/// Returns the weight of this version by its own name.
fn weight_of_version(headers: &HeaderMap) -> u16 {
    ranges(headers).filter(|(range, _)| range == VERSION).map(|(_, weight)| weight).max().unwrap_or(0)
}

/// Returns the address in this version, if the path has no version.
pub fn versioned(uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(UNVERSIONED)?;
    let digits = rest.strip_prefix('v').and_then(|rest| rest.split('/').next());
    let has_version =
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    if has_version || uri.path() == PROFILE {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{VERSIONED}{rest}{query}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn accepting(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))])
    }

    #[test]
    fn the_most_specific_range_decides() {
        for (text, expected) in [
            ("application/json", 1000),
            ("Application/JSON; charset=utf-8 ;Q=0.5", 500),
            ("text/html, application/*;q=0.7", 700),
            ("*/*", 1000),
            ("*/*, application/json;q=0", 0),
            ("application/json;q=0.1, application/*;q=0.9, */*", 100),
            ("application/json;q=0, application/json;q=0.3", 300),
            ("application/json;q=x", 1000),
            ("text/html", 0),
            ("json", 0),
            ("application/jsonx, xapplication/*", 0),
        ] {
            assert_eq!(weight(&accepting(text), JSON), expected, "{text}");
        }
    }

    #[test]
    fn errors_are_documents_only_where_the_client_names_them_and_prefers_nothing_else() {
        for (text, expected) in [
            ("application/problem+json", true),
            ("application/json, application/problem+json", true),
            ("application/json;q=0.5, application/problem+json", true),
            ("application/json, application/problem+json;q=0.5", false),
            ("application/problem+json;q=0, */*", false),
            ("application/problem+json;q=0.2, */*;q=0.1", true),
            ("application/*", false),
            ("*/*", false),
            ("application/json", false),
        ] {
            assert_eq!(wants_problem_documents(&accepting(text)), expected, "{text}");
        }
        assert!(!wants_problem_documents(&HeaderMap::new()));
    }

    #[test]
    fn json_of_any_kind_or_the_routes_own_type_must_be_accepted() {
        for (text, expected) in [
            ("", true),
            (" , ", true),
            ("application/vnd.claviger.v1+json", true),
            ("application/vnd.claviger.v2+json", false),
            ("application/problem+json;q=0.1", true),
            ("text/html, */*;q=0.1", true),
            ("application/json;q=0, text/html", false),
            ("text/csv", true),
            ("text/*", true),
            ("image/jpeg", false),
        ] {
            assert_eq!(admits(&accepting(text), &["text/csv"]), expected, "{text}");
        }
        assert!(admits(&HeaderMap::new(), &[]));
    }

    #[test]
    fn a_version_is_added_to_paths_without_one() {
        let added = |path: &'static str| versioned(&Uri::from_static(path)).map(|uri| uri.to_string());
        assert_eq!(added("/api/users?limit=1&x=%2F").as_deref(), Some("/api/v1/users?limit=1&x=%2F"));
        assert_eq!(added("/api/verify").as_deref(), Some("/api/v1/verify"));
        for path in ["/api/v1/users", "/api/v2/users", "/api/v1", "/api/user/profile", "/login", "/apis/users"] {
            assert_eq!(added(path), None, "{path}");
        }
    }
}
