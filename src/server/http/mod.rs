//! HTTP: from a connection to a service and back.

mod accept;
mod audit_key;
mod authenticate;
mod branding;
mod caller;
mod cors;
mod csv;
mod encoding;
mod extractors;
mod file_form;
pub mod forwarded;
mod frame;
mod guards;
mod health;
mod idempotency;
mod import_body;
mod import_form;
mod limits;
mod message;
mod origin;
mod own_data;
mod pages;
mod picture_body;
mod picture_form;
mod problem;
mod request_body;
mod rest;
mod server_fn_layer;
mod service_errors;
mod site;
mod state_store;
mod time_limit;
mod trailing_slash;
mod watchers;

pub mod listen;
pub mod state;

use axum::{Router, middleware};
pub use limits::Budget;
pub use rest::{Route, routes as rest_routes};
use state::AppState;
use tower::{Layer, util::MapRequestLayer};
use tower_http::compression::CompressionLayer;

/// Builds the router with all routes, for the server and for tests.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        .merge(health::routes())
        .merge(branding::routes())
        .merge(audit_key::routes())
        .merge(rest::router(&state))
        .merge(pages::routes(&state))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(message::layer))
        .layer(middleware::from_fn_with_state(state.settings.server.request_timeout, time_limit::layer))
        .layer(middleware::from_fn_with_state(cors::Preflights::new(&state), cors::layer))
        .layer(middleware::from_fn_with_state(state.clone(), frame::around))
        .with_state(state);
    // A layer of the router would run after routing.
    Router::new().fallback_service(MapRequestLayer::new(accept::add_version).layer(routes))
}
