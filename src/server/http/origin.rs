//! Whether a change comes from our own pages (OWASP CSRF cheat sheet, Fetch Metadata).

use super::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Lets only our own pages post to pages and server functions, with or without cookies.
pub async fn required(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_ours = is_same(request.headers(), state.settings.server.public_url.origin());
    if is_safe(request.method()) || is_ours { next.run(request).await } else { Problem::OtherOrigin.into_response() }
}

/// Whether a method changes nothing (RFC 9110 §9.2.1).
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// `Sec-Fetch-Site: same-origin`, or, from a browser too old to say so, our own `Origin`.
pub fn is_same(headers: &HeaderMap, public_origin: &str) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter().peekable();
    match sites.peek() {
        Some(_) => sites.all(|site| site == "same-origin"),
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin == public_origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn same(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_same(&headers, "https://id.example.com")
    }

    #[test]
    fn only_our_own_origin_is_ours() {
        assert!(same(&[("sec-fetch-site", "same-origin")]));
        assert!(same(&[("origin", "https://id.example.com")]));
        for (name, value) in [
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "none"),
            ("origin", "null"),
            ("origin", "https://id.example.com.evil"),
            ("origin", "http://id.example.com"),
            ("origin", "https://example.com"),
        ] {
            assert!(!same(&[(name, value)]), "{name}: {value}");
        }
        assert!(!same(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
        assert!(!same(&[]));
        assert!(!same(&[("sec-fetch-site", "cross-site"), ("origin", "https://id.example.com")]));
    }
}
