//! Checks that a change comes from our own pages (OWASP CSRF cheat sheet, Fetch Metadata).

use super::{forwarded::Sender, problem::Problem, server_fn_layer, state::AppState};
use crate::{model::FnError, server::settings::PublicUrl};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Lets only our own pages post to pages and server functions, with or without cookies.
pub async fn required(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let public_url = &state.settings.server.public_url;
    let is_insecure = request.extensions().get::<Sender>().is_some_and(|sender| sender.is_secure == Some(false));
    if is_insecure && public_url.is_secure() && state.mismatches.is_new("http") {
        tracing::warn!(%public_url, "a trusted proxy forwards plain http requests: redirect them to the public URL there");
    }
    if is_safe(request.method()) || is_same(request.headers(), public_url.origin()) {
        return next.run(request).await;
    }
    if let Some(origin) = other_origin(request.headers(), public_url)
        && state.mismatches.is_new(&origin)
    {
        tracing::warn!(
            origin,
            %public_url,
            "rejected a form from an origin other than the public URL: if users open this site there, set \
             server.public_url to that address, or redirect them to the public URL"
        );
    }
    if request.uri().path().starts_with("/fn/") {
        let error = FnError::OtherOrigin { public_url: public_url.to_string() };
        return server_fn_layer::refused(request.headers(), &error);
    }
    Problem::OtherOrigin.into_response()
}

/// Returns the `Origin` header if it is a valid origin other than ours.
fn other_origin(headers: &HeaderMap, public_url: &PublicUrl) -> Option<String> {
    let origin = PublicUrl::parse(headers.get(header::ORIGIN)?.to_str().ok()?).ok()?;
    (origin != *public_url).then(|| origin.to_string())
}

/// Mismatches that were already logged. Each is logged once, and the number is limited because anyone can
/// make up origins.
#[derive(Default)]
pub struct Mismatches(Mutex<BTreeSet<String>>);

/// How many different mismatches are logged.
const MOST: usize = 50;

impl Mismatches {
    fn is_new(&self, what: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < MOST && seen.insert(what.to_owned())
    }
}

/// Returns whether a method changes nothing (RFC 9110 §9.2.1).
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Returns whether the request says `Sec-Fetch-Site: same-origin` or, from a browser too old for that header,
/// names our own `Origin`.
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

    #[test]
    fn a_mismatch_is_logged_once_and_strangers_cannot_fill_the_log() {
        let mismatches = Mismatches::default();
        let logged = (0..1000).filter(|number| mismatches.is_new(&format!("https://{number}.example")));
        assert_eq!(logged.count(), MOST);
        let mismatches = Mismatches::default();
        assert!(mismatches.is_new("http://192.168.1.5:3000") && !mismatches.is_new("http://192.168.1.5:3000"));
    }

    fn same(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_same(&headers, "https://id.example.com")
    }

    #[test]
    fn only_our_own_origin_is_accepted() {
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
