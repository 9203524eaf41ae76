//! REST: every route in one table.

mod admin_sessions;
mod body;
mod id;
mod inspector;
mod list;
mod message;
mod monitor;
mod own_account;
mod profile;
mod recovery;
mod refresh;
mod register;
mod session_row;
mod sessions;
mod sign_in;
mod sign_out;
mod stream;
mod token_response;

use super::{authenticate, limits, problem::Problem, state::AppState, trailing_slash};
use axum::{
    Router,
    http::Uri,
    middleware,
    response::{IntoResponse, Response},
    routing::{any, delete, get, post},
};

/// Routes under `/api`. The two unversioned routes respond exactly like their versioned twins.
pub fn routes(state: &AppState) -> Router<AppState> {
    let limited = middleware::from_fn_with_state(state.services.limits.clone(), limits::layer);
    let refusals_count = middleware::from_fn_with_state(state.services.limits.clone(), limits::count_refusals);
    // These take their credentials from the body: cookies are neither read nor set.
    let by_body = Router::new()
        .route("/api/auth/login", post(sign_in::sign_in))
        .route("/api/v1/auth/login", post(sign_in::sign_in))
        .route("/api/v1/auth/register", post(register::register))
        .route("/api/v1/auth/verify-email", post(recovery::verify_email))
        .route("/api/v1/auth/resend-verification", post(recovery::resend_verification))
        .route("/api/v1/auth/forgot-password", post(recovery::forgot_password))
        .route("/api/v1/auth/reset-password", post(recovery::reset_password))
        .layer(limited.clone())
        .route("/api/v1/auth/refresh", post(refresh::refresh).route_layer(refusals_count));
    Router::new()
        .route("/api/user/profile", get(profile::show))
        .route("/api/v1/auth/logout", post(sign_out::here))
        .route("/api/v1/auth/logout-all", post(sign_out::everywhere))
        .route("/api/v1/auth/confirm", post(own_account::confirm))
        .route("/api/v1/users/me", get(profile::show).patch(profile::change).delete(own_account::delete))
        .route("/api/v1/users/me/password", post(own_account::change_password))
        .route("/api/v1/users/me/email", post(own_account::change_email))
        .route("/api/v1/invitations", post(register::invite))
        .route("/api/v1/sessions", get(sessions::list))
        .route("/api/v1/sessions/{id}", delete(sessions::end))
        .route("/api/v1/admin/sessions", get(admin_sessions::list))
        .route("/api/v1/admin/sessions/{id}", get(admin_sessions::show).delete(admin_sessions::end))
        .route("/api/v1/admin/users/{id}/sessions", delete(admin_sessions::end_of_user))
        .route("/api/v1/admin/monitor", get(monitor::figures))
        .route("/api/v1/admin/monitor/stream", get(stream::watch))
        .route("/api/v1/tokens/inspect", post(inspector::inspect))
        .route("/api/{*rest}", any(unknown))
        .layer(limited)
        .layer(middleware::from_fn_with_state(state.clone(), authenticate::layer))
        .merge(by_body)
}

async fn unknown(uri: Uri) -> Response {
    trailing_slash::redirect(&uri).unwrap_or_else(|| Problem::NotFound.into_response())
}
