//! The outermost layer of every request: request id, timing, log line, security headers, error bodies and panics.

use super::{
    accept,
    caller::{self, Peer},
    cors::Sharing,
    forwarded::{self, Sender},
    problem::Problem,
    site::SiteFile,
    state::AppState,
};
use crate::{
    model::Theme,
    server::{context::cookies, services::devices::DeviceId},
    ui::{self, context::PageContext},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt;
use leptos::{nonce::Nonce, prelude::*};
use std::{
    net::{IpAddr, Ipv4Addr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

/// Wraps one request.
pub async fn around(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let request_id = URL_SAFE_NO_PAD.encode(state.randomness.bytes::<12>());
    let nonce = Nonce::from_value(URL_SAFE_NO_PAD.encode(state.randomness.bytes::<16>()));
    state.cookies.clean(request.headers_mut());
    let sender = identify(&state, &mut request, &request_id);
    request.extensions_mut().insert(nonce.clone());
    let theme = cookies::read(request.headers(), &state.cookies.theme)
        .and_then(|name| name.parse::<Theme>().ok())
        .unwrap_or_default();
    let method = request.method().clone();
    // Never log the query: links carry their tokens there.
    let path = request.uri().path().to_owned();
    let format = ErrorFormat::of(&path, request.headers());
    let sharing = Sharing::of(&state, &request);

    let response = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = response.unwrap_or_else(|_| axum::response::IntoResponse::into_response(Problem::Internal));
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let (kind, body) = match format {
            ErrorFormat::Json => ("application/json", json(&problem, &request_id)),
            ErrorFormat::Document => (accept::PROBLEM, document(&state, &problem, &request_id)),
            ErrorFormat::Page => {
                let context = response.extensions_mut().remove::<PageContext>();
                let context = context.unwrap_or_else(|| outside_pages(&state, &request_id, theme));
                ("text/html; charset=utf-8", page(&state, &problem, context, &nonce))
            }
        };
        replace_body(&mut response, kind, body);
    }
    dress(&state, &mut response, &nonce, &request_id, sender);
    sharing.add(response.headers_mut());
    if response.extensions().get::<SiteFile>().is_none() {
        log(&method, &path, response.status(), began.elapsed(), &request_id);
    }
    response
}

fn replace_body(response: &mut Response, kind: &'static str, body: String) {
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

/// Returns the context of an error page for a request that no page handled.
fn outside_pages(state: &AppState, request_id: &str, theme: Theme) -> PageContext {
    PageContext {
        request_id: request_id.to_owned(),
        assets: state.assets.clone(),
        brand: Arc::clone(&state.brand),
        here: "/".to_owned(),
        theme,
        ..PageContext::default()
    }
}

/// Logs a request. The message is for people; programs read the fields, which the pretty format leaves out.
fn log(method: &Method, path: &str, status: StatusCode, elapsed: Duration, request_id: &str) {
    let (status, path, duration_ms) = (status.as_u16(), path.escape_debug(), elapsed.as_secs_f64() * 1000.0);
    tracing::info!(%method, %path, status, duration_ms, %request_id, "{method} {path} {status} {duration_ms:.1} ms");
}

/// Adds the sender and the caller to the request.
fn identify(state: &AppState, request: &mut Request, request_id: &str) -> Sender {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    let sender = forwarded::sender(request.headers(), peer, &state.settings.server.trusted_proxies);
    let devices = cookies::all(request.headers(), &state.cookies.device).filter_map(DeviceId::read).collect();
    let caller = caller::of(request.headers(), sender.client, devices, request_id.to_owned());
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(sender);
    sender
}

/// How an error is rendered.
enum ErrorFormat {
    Json,
    /// RFC 9457.
    Document,
    Page,
}

impl ErrorFormat {
    /// A form posted without scripts gets a page.
    fn of(path: &str, headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_rest = ["/api/", "/health", "/ready"].iter().any(|begin| path.starts_with(begin));
        if accept::wants_problem_documents(headers) {
            Self::Document
        } else if is_rest || (path.starts_with("/fn/") && !accept.contains("text/html")) {
            Self::Json
        } else {
            Self::Page
        }
    }
}

fn json(problem: &Problem, request_id: &str) -> String {
    let mut body = serde_json::json!({ "error": problem.to_string(), "code": problem.code(), "requestId": request_id });
    if !problem.details().is_empty() {
        body["details"] = serde_json::json!(problem.details());
    }
    body.to_string()
}

/// Returns the error as a document of RFC 9457. Its title is the same for every error of its type.
fn document(state: &AppState, problem: &Problem, request_id: &str) -> String {
    let (origin, code) = (state.settings.server.public_url.origin(), problem.code());
    let mut title = code.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut body = serde_json::json!({
        "type": format!("{origin}/docs/errors/{code}"),
        "title": title,
        "status": problem.status().as_u16(),
        "detail": problem.to_string(),
        "instance": format!("urn:request:{request_id}"),
        "code": code,
    });
    if !problem.details().is_empty() {
        body["details"] = serde_json::json!(problem.details());
    }
    body.to_string()
}

fn page(state: &AppState, problem: &Problem, context: PageContext, nonce: &Nonce) -> String {
    let status = match problem.status() {
        // Pages redirect to sign-in instead, so a 401 that gets here does not come from a page request.
        StatusCode::UNAUTHORIZED => 403,
        other => other.as_u16(),
    };
    let retry_after = match problem {
        Problem::TooManyRequests { retry_after } => Some(*retry_after),
        _ => None,
    };
    let public_url = (*problem == Problem::OtherOrigin).then(|| state.settings.server.public_url.origin().to_owned());
    Owner::new_root(None).with(|| {
        provide_context(context);
        provide_context(nonce.clone());
        view! { <ui::ErrorDocument status retry_after public_url/> }.to_html()
    })
}

/// Adds the headers of every response: pages, redirects, errors and files alike.
fn dress(state: &AppState, response: &mut Response, nonce: &Nonce, request_id: &str, sender: Sender) {
    let is_unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if is_unavailable {
        // Pages and health checks respond 503 without a [`Problem`].
        headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("1"));
    }
    state.cookies.fix_removal(headers);
    let set = |headers: &mut HeaderMap, name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let reload = state.assets.reload_port.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         manifest-src 'self'; connect-src 'self'{}; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        reload.unwrap_or_default()
    );
    // Files of the operator have a stricter one of their own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        set(headers, "content-security-policy", &policy);
    }
    set(headers, "x-request-id", request_id);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry("cross-origin-resource-policy").or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // RFC 6797 §7.2: no HSTS over http. If no proxy reports the scheme, the public URL decides.
    if state.settings.server.public_url.is_secure() && sender.is_secure != Some(false) {
        set(headers, "strict-transport-security", "max-age=63072000; includeSubDomains");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{
        clock::Clock,
        randomness::Randomness,
        services::{
            Services,
            tokens::{Keyring, MasterSecret},
        },
        settings::{Settings, Source},
        store::Db,
    };
    use axum::{Router, middleware, routing::get};
    use tower::ServiceExt;

    async fn state() -> AppState {
        let folder = std::env::temp_dir().join(format!("claviger-frame-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let db = Db::open_sqlite(&folder.join("claviger.db")).await.expect("database");
        db.migrate().await.expect("migrated");
        let source = Source { working_dir: "/nowhere".into(), cores: 1, ..Source::default() };
        let settings = Settings::load(&source).expect("settings").settings;
        let keys = Keyring::new(&MasterSecret::new(vec![1; 32]), &[]);
        let services =
            Services::build(db, keys, Clock::System, Randomness::system(), &settings).await.expect("services");
        AppState::new(services, Arc::new(settings), Randomness::system(), false)
    }

    async fn broken() {
        panic!("a secret in /src/secret.rs");
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_reveals_nothing_and_the_process_keeps_running() {
        let state = state().await;
        let router: Router<AppState> = Router::new().route("/api/broken", get(broken)).route("/broken", get(broken));
        let router = router.layer(middleware::from_fn_with_state(state.clone(), around)).with_state(state);
        for path in ["/api/broken", "/broken", "/api/broken"] {
            let request = Request::builder().uri(path).body(Body::empty()).expect("request");
            let response = router.clone().oneshot(request).await.expect("answer");
            assert_eq!(response.status(), 500, "{path}");
            assert!(
                response.headers().contains_key("x-request-id")
                    && response.headers().contains_key("content-security-policy")
            );
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("body");
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(!body.contains("secret") && !body.contains("panic"), "{body}");
            assert!(!path.starts_with("/api") || body.contains("\"error\":\"Internal server error\""), "{body}");
        }
    }
}
