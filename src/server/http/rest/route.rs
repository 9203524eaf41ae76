//! How a REST route is declared.

use super::etag;
use crate::{
    model::Access,
    server::http::{
        accept, authenticate, idempotency,
        limits::{self, Budget},
        state::AppState,
    },
};
use axum::{
    handler::Handler,
    http::Method,
    middleware,
    routing::{self, MethodRouter},
};

/// One method of one path. It can't be declared without who may use it and which budget it counts against.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// The handler's extractors enforce it. Routes for anyone take their credentials from the body: cookies are
    /// neither read nor set.
    pub access: Access,
    pub budget: Budget,
    /// The media types of its responses that are not JSON.
    other_types: &'static [&'static str],
    /// Whether it takes an `Idempotency-Key`: its requests create or send something.
    pub is_repeatable: bool,
    handler: MethodRouter<AppState>,
}

macro_rules! methods {
    ($($function:ident = $method:ident),+) => { $(
        #[doc = concat!("Declares a route with the method ", stringify!($method), ".")]
        pub fn $function<H, T>(path: &'static str, access: Access, budget: Budget, handler: H) -> Route
        where
            H: Handler<T, AppState>,
            T: 'static,
        {
            let handler = routing::$function(handler);
            Route { method: Method::$method, path, access, budget, other_types: &[], is_repeatable: false, handler }
        }
    )+ };
}

methods!(get = GET, post = POST, put = PUT, patch = PATCH, delete = DELETE);

impl Route {
    /// Declares the media types of responses that are not JSON.
    #[must_use]
    pub fn responding(self, other_types: &'static [&'static str]) -> Self {
        Self { other_types, ..self }
    }

    /// Declares that its requests can be repeated with an `Idempotency-Key`.
    #[must_use]
    pub fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }

    /// Returns the handler behind its layers.
    pub fn handler(self, state: &AppState) -> MethodRouter<AppState> {
        let handler = if self.is_repeatable { repeatable(self.handler, self.access, state) } else { self.handler };
        let handler = if self.method == Method::GET { tagged(handler, state) } else { handler };
        let handler = handler.layer(middleware::from_fn_with_state(self.other_types, accept::layer));
        let handler = limited(handler, self.budget, state);
        if self.access == Access::Anyone { handler } else { authenticated(handler, state) }
    }
}

fn repeatable(handler: MethodRouter<AppState>, access: Access, state: &AppState) -> MethodRouter<AppState> {
    handler.layer(middleware::from_fn_with_state((state.clone(), access), idempotency::layer))
}

/// Responds 304 to clients that have the response already.
fn tagged(handler: MethodRouter<AppState>, state: &AppState) -> MethodRouter<AppState> {
    handler.layer(middleware::from_fn_with_state(state.clone(), etag::layer))
}

/// Counts requests before their body is read.
pub fn limited(handler: MethodRouter<AppState>, budget: Budget, state: &AppState) -> MethodRouter<AppState> {
    let limits = state.services.limits.clone();
    handler.layer(middleware::from_fn_with_state((limits, budget), limits::layer))
}

/// Authenticates requests.
pub fn authenticated(handler: MethodRouter<AppState>, state: &AppState) -> MethodRouter<AppState> {
    handler.layer(middleware::from_fn_with_state(state.clone(), authenticate::layer))
}
