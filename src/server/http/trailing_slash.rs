//! Redirects paths with a trailing slash to the ones without it.

use crate::model::Page;
use axum::{
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// Other paths that exist at the root.
const AT_THE_ROOT: [&str; 3] = ["/health", "/ready", "/.well-known/change-password"];

/// Responds 308, which keeps the method, with the same page or REST route without trailing slashes. Returns `None`
/// for any other path. Never redirects to `//host`, which is another site: the target is always one of our paths.
pub fn redirect(uri: &Uri) -> Option<Response> {
    let path = uri.path().strip_suffix('/')?.trim_end_matches('/');
    if Page::of(path).is_none() && !path.starts_with("/api/") && !AT_THE_ROOT.contains(&path) {
        return None;
    }
    let location = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let location = HeaderValue::from_str(&location).ok()?;
    Some((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirected_to(uri: &str) -> Option<String> {
        let response = redirect(&uri.parse().expect("uri"))?;
        assert_eq!(response.status(), 308);
        Some(response.headers()[header::LOCATION].to_str().expect("text").to_owned())
    }

    #[test]
    fn pages_and_routes_lose_their_slash_and_keep_their_query() {
        for (from, to) in [
            ("/login/", "/login"),
            ("/login///", "/login"),
            ("/login/?next=%2Fdashboard", "/login?next=%2Fdashboard"),
            ("/admin/monitor/?", "/admin/monitor?"),
            ("/health/", "/health"),
            ("/api/user/profile/", "/api/user/profile"),
            ("/api/v1/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV/?x=/", "/api/v1/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV?x=/"),
            ("http://evil.example/login/", "/login"),
        ] {
            assert_eq!(redirected_to(from).as_deref(), Some(to), "{from}");
        }
    }

    #[test]
    fn no_redirect_leads_to_another_site_or_an_unknown_path() {
        for from in
            ["/", "/login", "//evil.example/", "//evil.example//", "///", "//login/", "/nothing/", "/login/x/", "/api/"]
        {
            assert_eq!(redirected_to(from), None, "{from}");
        }
    }
}
