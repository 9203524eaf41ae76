//! Serves the site's own files: embedded in the executable, or from disk during development.

use super::{encoding, guards, problem::Problem, state::AppState, trailing_slash};
use crate::{model::Page, ui::context::Assets};
use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, sync::LazyLock};
use tower::ServiceExt;

#[derive(Embed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The hash of all code files. They refer to each other by relative paths, so the version is a folder in
/// their addresses: `/pkg/<version>/claviger.js`.
static CODE_VERSION: LazyLock<String> = LazyLock::new(|| {
    let is_code = |path: &Cow<str>| path.starts_with("pkg/") && (path.ends_with(".js") || path.ends_with(".wasm"));
    let mut paths: Vec<_> = Site::iter().filter(is_code).collect();
    paths.sort_unstable();
    let mut hash = Sha256::new();
    for file in paths.iter().filter_map(|path| Site::get(path)) {
        hash.update(file.metadata.sha256_hash());
    }
    short(&hash.finalize())
});

/// Returns the addresses of the files that pages load. Each address carries a hash of the content, so that
/// browsers may cache it for good.
pub fn assets(reload_port: Option<u16>) -> Assets {
    let address = |path: &str| {
        let version = Site::get(path).map(|file| version(&file)).unwrap_or_default();
        format!("/{path}?v={version}")
    };
    Assets {
        css: address("pkg/claviger.css"),
        js: format!("/pkg/{}/claviger.js", *CODE_VERSION),
        wasm: format!("/pkg/{}/claviger.wasm", *CODE_VERSION),
        start: address("start.js"),
        reload_port,
    }
}

/// Returns the file at this path, or `None`.
pub fn file(request: &Request) -> Option<Response> {
    let address = request.uri().path().trim_start_matches('/');
    let code = address.strip_prefix("pkg/").and_then(|rest| rest.split_once('/'));
    let path = &code.map_or(address.into(), |(_, name)| Cow::from(format!("pkg/{name}")));
    let file = Site::get(path)?;
    // The compressed variants are served by content coding, never by their own address.
    if matches!(path.rsplit_once('.'), Some((_, "br" | "gz"))) {
        return None;
    }
    let version_of_file = version(&file);
    let is_versioned = match code {
        // During development the code changes under a running server.
        Some((version, _)) => version == *CODE_VERSION && !cfg!(debug_assertions),
        None => request.uri().query().is_some_and(|query| query == format!("v={version_of_file}")),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, content_type(&file));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control(is_versioned)));
    let (encoding, file) = smallest(request.headers(), path, file);
    // RFC 9110 §8.8.3.3: each encoding is a separate representation with its own tag.
    let tag = encoding.map_or_else(|| version_of_file.clone(), |encoding| format!("{version_of_file}-{encoding}"));
    let tag = format!("\"{tag}\"");
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if is_known(request.headers(), &tag) {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some((headers, Body::from(file.data)).into_response())
}

fn smallest(headers: &HeaderMap, path: &str, file: EmbeddedFile) -> (Option<&'static str>, EmbeddedFile) {
    for encoding in encoding::preferred(headers) {
        let ending = if encoding == "gzip" { "gz" } else { encoding };
        if let Some(twin) = Site::get(&format!("{path}.{ending}")) {
            return (Some(encoding), twin);
        }
    }
    (None, file)
}

/// Returns whether the client already has the representation with this tag (RFC 9110 §13.1.2): any of several
/// tags, compared weakly, or `*`. `If-Modified-Since` is ignored: our files carry no modification date.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|text| text.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn version(file: &EmbeddedFile) -> String {
    short(&file.metadata.sha256_hash())
}

/// Returns how long browsers may keep a file: for good if its address has its version.
pub fn cache_control(is_versioned: bool) -> &'static str {
    if is_versioned { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Shortens a hash to what an address carries.
pub fn short(hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&hash[..9])
}

fn content_type(file: &EmbeddedFile) -> HeaderValue {
    let kind = file.metadata.mimetype();
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    HeaderValue::from_str(&format!("{kind}{charset}"))
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

/// Marks the response that is a file of the site: it is not worth a log line.
#[derive(Clone, Copy)]
pub struct SiteFile;

/// Serves whatever no route matches: a file of the site, or 404. While there is no user, redirects to set-up.
/// `missing` responds to page requests, and knows who is signed in.
pub async fn fallback(State(state): State<AppState>, request: Request, missing: Router) -> Response {
    if let Some(response) = trailing_slash::redirect(request.uri()) {
        return response;
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match file(&request) {
        Some(response) if is_read => (Extension(SiteFile), response).into_response(),
        Some(_) => ([(header::ALLOW, "GET,HEAD")], Problem::MethodNotAllowed).into_response(),
        None if is_read && guards::awaits_set_up(&state, "").await => guards::see_other(Page::SetUp.path()),
        None if is_read && accepts_page(request.headers()) => match missing.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => Problem::NotFound.into_response(),
    }
}

fn accepts_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|types| types.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_has_the_file_is_not_sent_it_again() {
        let known = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            }
            is_known(&headers, "\"abc-br\"")
        };
        for values in
            [&["\"abc-br\""][..], &["W/\"abc-br\""], &["*"], &["\"x\", W/\"abc-br\" ,\"y\""], &["\"x\"", "\"abc-br\""]]
        {
            assert!(known(values), "{values:?}");
        }
        for values in [&[][..], &["\"abc\""], &["abc-br"], &["\"ABC-br\""], &["w/\"abc-br\""], &["\"x\", \"y\""], &[""]]
        {
            assert!(!known(values), "{values:?}");
        }
    }
}
