//! Lets pages of other sites call the API (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>): those in
//! `server.cors_origins`, with a token or an API key.
//!
//! There is no `Access-Control-Allow-Credentials`: a browser shows such a page no response to a request with cookies,
//! and for changes the rules of [`super::origin`] hold. tower-http's layer is not used: it answers every OPTIONS
//! request, of refused origins too, and with the same methods for all routes.

use super::{accept, rest, state::AppState};
use crate::server::settings::CorsOrigin;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::any,
};
use std::{collections::BTreeMap, future::ready};
use tower::ServiceExt;

/// The headers of requests that the API reads.
const READ: HeaderValue = HeaderValue::from_static(
    "accept, authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, prefer, x-api-key",
);
/// The headers of responses that clients need, beyond those that browsers always show.
const SHOWN: HeaderValue = HeaderValue::from_static(
    "allow, content-disposition, deprecation, etag, idempotency-replayed, link, location, ratelimit, ratelimit-policy, \
     retry-after, sunset, www-authenticate, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-request-id",
);
/// How long browsers may remember the answer to a preflight request, in seconds. Chromium keeps none longer.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");
const DOCUMENT: &str = "/openapi.json";

/// What a response tells the browser about other origins.
pub struct Sharing {
    is_varied: bool,
    with: Option<HeaderValue>,
}

impl Sharing {
    /// Decides by the path and the origin of a request.
    pub fn of(state: &AppState, request: &Request) -> Self {
        let origins = &state.settings.server.cors_origins;
        let is_varied = !origins.is_empty() && is_api(request.uri().path());
        Self { is_varied, with: allowed(origins, request.headers()).filter(|_| is_varied).cloned() }
    }

    /// Adds the headers. Errors and refused origins have `Vary`, too: a cache must not give them to others.
    pub fn add(self, headers: &mut HeaderMap) {
        if self.is_varied {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = self.with {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
        }
    }
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path == DOCUMENT
}

/// Returns the origin of a request if it is one of these.
fn allowed<'a>(origins: &[CorsOrigin], headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let mut all = headers.get_all(header::ORIGIN).iter();
    let origin = all.next().filter(|_| all.next().is_none())?;
    origins.iter().any(|known| origin == known.as_str()).then_some(origin)
}

/// Answers preflight requests of allowed origins, before anything is authenticated or counted. Any other request with the
/// method OPTIONS is one that no route supports.
#[derive(Clone)]
pub struct Preflights {
    state: AppState,
    /// Responds with the methods of a path. A router, because which route has a path is the router's decision.
    methods: Router,
}

impl Preflights {
    pub fn new(state: &AppState) -> Self {
        let mut methods: BTreeMap<&str, Vec<Method>> = BTreeMap::from([(DOCUMENT, vec![Method::GET])]);
        for route in rest::routes() {
            methods.entry(route.path).or_default().push(route.method);
        }
        let methods = methods.into_iter().fold(Router::new(), |router, (path, methods)| {
            let names = methods.iter().map(|method| if method == Method::GET { "GET, HEAD" } else { method.as_str() });
            let names = names.collect::<Vec<_>>().join(", ");
            router.route(path, any(move || ready([(header::ACCESS_CONTROL_ALLOW_METHODS, names)])))
        });
        Self { state: state.clone(), methods }
    }

    /// Returns the methods of the route with this path, which the request itself may name with a version in `Accept`.
    async fn methods_of(&self, uri: &Uri) -> Option<HeaderValue> {
        let uri = accept::versioned(uri).unwrap_or_else(|| uri.clone());
        let request = Request::builder().uri(uri).body(axum::body::Body::empty()).ok()?;
        let Ok(mut response) = self.methods.clone().oneshot(request).await;
        response.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_METHODS)
    }
}

/// Answers preflight requests.
pub async fn layer(State(preflights): State<Preflights>, request: Request, next: Next) -> Response {
    let origins = &preflights.state.settings.server.cors_origins;
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && allowed(origins, request.headers()).is_some();
    let methods = if is_preflight { preflights.methods_of(request.uri()).await } else { None };
    let Some(methods) = methods else { return next.run(request).await };
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, READ),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
