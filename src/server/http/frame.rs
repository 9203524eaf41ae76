//! The frame around every request: its id, its time, its log line, the headers of every answer,
//! and what stands in for a panic.

use super::{
    caller::{self, Peer},
    problem::Problem,
    state::AppState,
};
use crate::ui::{self, context::PageContext};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt;
use leptos::{nonce::Nonce, prelude::*};
use std::{
    net::{IpAddr, Ipv4Addr},
    panic::AssertUnwindSafe,
    time::Instant,
};

/// Wraps one request.
pub async fn around(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let request_id = URL_SAFE_NO_PAD.encode(state.randomness.bytes::<12>());
    let nonce = Nonce::from_value(URL_SAFE_NO_PAD.encode(state.randomness.bytes::<16>()));
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    let caller = caller::of(request.headers(), peer, &state.settings.server.trusted_proxies, request_id.clone());
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(nonce.clone());
    let method = request.method().clone();
    // Never the query: links carry their tokens there.
    let path = request.uri().path().to_owned();

    let response = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = response.unwrap_or_else(|_| axum::response::IntoResponse::into_response(Problem::Internal));
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let body = if is_rest(&path) { json(&problem, &request_id) } else { page(&state, &problem, &request_id, &nonce) };
        let kind = if is_rest(&path) { "application/json" } else { "text/html; charset=utf-8" };
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    dress(&state, response.headers_mut(), &nonce, &request_id);
    let (status, elapsed) = (response.status().as_u16(), began.elapsed());
    tracing::info!(%method, path, status, request_id, micros = elapsed.as_micros(), "answered");
    response
}

/// Whether a path answers programs: JSON errors, and no pages.
fn is_rest(path: &str) -> bool {
    ["/api/", "/fn/", "/health", "/ready", "/metrics", "/openapi.json"].iter().any(|begin| path.starts_with(begin))
}

fn json(problem: &Problem, request_id: &str) -> String {
    let mut body = serde_json::json!({ "error": problem.to_string(), "code": problem.code(), "requestId": request_id });
    if !problem.details().is_empty() {
        body["details"] = serde_json::json!(problem.details());
    }
    body.to_string()
}

fn page(state: &AppState, problem: &Problem, request_id: &str, nonce: &Nonce) -> String {
    let context = PageContext {
        request_id: request_id.to_owned(),
        assets: (*state.assets).clone(),
        here: "/".to_owned(),
        ..PageContext::default()
    };
    let status = match problem.status() {
        // Pages lead who is not signed in to the form; what comes here was no page's request.
        StatusCode::UNAUTHORIZED => 403,
        other => other.as_u16(),
    };
    Owner::new_root(None).with(|| {
        provide_context(context);
        provide_context(nonce.clone());
        view! { <ui::ErrorDocument status/> }.to_html()
    })
}

/// The headers of every answer: pages, redirects, errors and files alike.
fn dress(state: &AppState, headers: &mut HeaderMap, nonce: &Nonce, request_id: &str) {
    let set = |headers: &mut HeaderMap, name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let reload = state.assets.reload_port.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'{}; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        reload.unwrap_or_default()
    );
    set(headers, "content-security-policy", &policy);
    set(headers, "x-request-id", request_id);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if state.settings.server.public_url.is_secure() {
        set(headers, "strict-transport-security", "max-age=63072000; includeSubDomains");
    }
}
