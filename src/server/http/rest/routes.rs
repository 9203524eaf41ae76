//! The table of REST routes.

use super::{
    admin_sessions, api_keys, audit, audit_export, bulk, inspector, monitor, own_account, own_data, pictures, profile,
    recovery, refresh, register, roles,
    route::{Route, authenticated, delete, get, limited, patch, post, put},
    sessions, sign_in, sign_out, stream, user_actions, user_export, user_import, user_roles, users,
};
use crate::{
    model::{
        Access::{Allowed, Anyone, SignedIn},
        Permission::{AuditRead, RolesRead, RolesWrite, SessionsRead, SessionsRevoke, UsersRead, UsersWrite},
    },
    server::http::{
        accept,
        limits::Budget::{self, General, Guess, GuessAndMail, Picture, RejectedRefreshes},
        problem::Problem,
        state::AppState,
        trailing_slash,
    },
};
use axum::{
    Router,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
    routing::any,
};

const PICTURE: &[&str] = &["image/jpeg"];
const EXPORT: &[&str] = &["text/csv", "application/jsonl"];
const EVENTS: &[&str] = &["text/event-stream"];

/// Returns every route. The two unversioned ones respond exactly like their versioned twins.
pub fn routes() -> Vec<Route> {
    [accounts(), users_and_roles(), sessions(), audit_log()].into_iter().flatten().collect()
}

fn accounts() -> Vec<Route> {
    vec![
        post("/api/auth/login", Anyone, Guess, sign_in::sign_in),
        post("/api/v1/auth/login", Anyone, Guess, sign_in::sign_in),
        post("/api/v1/auth/refresh", Anyone, RejectedRefreshes, refresh::refresh),
        post("/api/v1/auth/register", Anyone, GuessAndMail, register::register).repeatable(),
        post("/api/v1/auth/verify-email", Anyone, Guess, recovery::verify_email),
        post("/api/v1/auth/resend-verification", Anyone, GuessAndMail, recovery::resend_verification).repeatable(),
        post("/api/v1/auth/forgot-password", Anyone, GuessAndMail, recovery::forgot_password).repeatable(),
        post("/api/v1/auth/reset-password", Anyone, Guess, recovery::reset_password),
        post("/api/v1/auth/logout", SignedIn, General, sign_out::here),
        post("/api/v1/auth/logout-all", SignedIn, General, sign_out::everywhere),
        post("/api/v1/auth/confirm", SignedIn, Guess, own_account::confirm),
        get("/api/user/profile", SignedIn, General, profile::show),
        get("/api/v1/users/me", SignedIn, General, profile::show),
        patch("/api/v1/users/me", SignedIn, General, profile::change),
        delete("/api/v1/users/me", SignedIn, General, own_account::delete),
        post("/api/v1/users/me/password", SignedIn, Guess, own_account::change_password),
        put("/api/v1/users/me/picture", SignedIn, Picture, pictures::replace),
        delete("/api/v1/users/me/picture", SignedIn, Picture, pictures::remove),
        get("/api/v1/users/me/picture", SignedIn, General, pictures::show_own).responding(PICTURE),
        get("/api/v1/users/{id}/picture", SignedIn, General, pictures::show).responding(PICTURE),
        get("/api/v1/users/me/audit-events", SignedIn, General, own_data::events),
        get("/api/v1/users/me/data", SignedIn, General, own_data::show),
        post("/api/v1/users/me/email", SignedIn, GuessAndMail, own_account::change_email).repeatable(),
    ]
}

fn users_and_roles() -> Vec<Route> {
    vec![
        get("/api/v1/users", Allowed(UsersRead), General, users::list),
        post("/api/v1/users", Allowed(UsersWrite), General, users::create).repeatable(),
        post("/api/v1/users/bulk", Allowed(UsersWrite), General, bulk::start).repeatable(),
        post("/api/v1/users/import", Allowed(UsersWrite), General, user_import::import),
        get("/api/v1/users/export", Allowed(UsersRead), General, user_export::export).responding(EXPORT),
        get("/api/v1/jobs", Allowed(UsersRead), General, bulk::list),
        get("/api/v1/jobs/{id}", SignedIn, General, bulk::show),
        delete("/api/v1/jobs/{id}", SignedIn, General, bulk::cancel),
        get("/api/v1/users/{id}", Allowed(UsersRead), General, users::show),
        put("/api/v1/users/{id}", Allowed(UsersWrite), General, users::replace),
        patch("/api/v1/users/{id}", Allowed(UsersWrite), General, users::update),
        delete("/api/v1/users/{id}", Allowed(UsersWrite), General, users::delete),
        post("/api/v1/users/{id}/ban", Allowed(UsersWrite), General, user_actions::ban).repeatable(),
        post("/api/v1/users/{id}/unban", Allowed(UsersWrite), General, user_actions::unban).repeatable(),
        post("/api/v1/users/{id}/unlock", Allowed(UsersWrite), General, user_actions::unlock).repeatable(),
        post("/api/v1/users/{id}/verify", Allowed(UsersWrite), General, user_actions::verify).repeatable(),
        post("/api/v1/users/{id}/send-reset", Allowed(UsersWrite), General, user_actions::send_reset).repeatable(),
        get("/api/v1/users/{id}/sessions", Allowed(SessionsRead), General, user_actions::sessions),
        get("/api/v1/users/{id}/roles", Allowed(RolesRead), General, user_roles::list),
        put("/api/v1/users/{id}/roles", Allowed(RolesWrite), General, user_roles::replace),
        get("/api/v1/roles", Allowed(RolesRead), General, roles::list),
        post("/api/v1/roles", Allowed(RolesWrite), General, roles::create).repeatable(),
        get("/api/v1/roles/{name}", Allowed(RolesRead), General, roles::show),
        put("/api/v1/roles/{name}", Allowed(RolesWrite), General, roles::replace),
        delete("/api/v1/roles/{name}", Allowed(RolesWrite), General, roles::delete),
        get("/api/v1/permissions", Allowed(RolesRead), General, roles::permissions),
        post("/api/v1/invitations", Allowed(UsersWrite), General, register::invite).repeatable(),
    ]
}

fn sessions() -> Vec<Route> {
    vec![
        get("/api/v1/sessions", SignedIn, General, sessions::list),
        get("/api/v1/sessions/{id}", SignedIn, General, sessions::show),
        delete("/api/v1/sessions/{id}", SignedIn, General, sessions::end),
        get("/api/v1/api-keys", SignedIn, General, api_keys::list),
        post("/api/v1/api-keys", SignedIn, General, api_keys::create).repeatable(),
        get("/api/v1/api-keys/{id}", SignedIn, General, api_keys::show),
        delete("/api/v1/api-keys/{id}", SignedIn, General, api_keys::revoke),
        get("/api/v1/admin/sessions", Allowed(SessionsRead), General, admin_sessions::list),
        get("/api/v1/admin/sessions/{id}", Allowed(SessionsRead), General, admin_sessions::show),
        delete("/api/v1/admin/sessions/{id}", Allowed(SessionsRevoke), General, admin_sessions::end),
        delete("/api/v1/admin/users/{id}/sessions", Allowed(SessionsRevoke), General, admin_sessions::end_of_user),
        get("/api/v1/admin/monitor", Allowed(SessionsRead), General, monitor::figures),
        get("/api/v1/admin/monitor/stream", Allowed(SessionsRead), General, stream::watch).responding(EVENTS),
        post("/api/v1/tokens/inspect", SignedIn, General, inspector::inspect),
    ]
}

fn audit_log() -> Vec<Route> {
    vec![
        get("/api/v1/audit-events", Allowed(AuditRead), General, audit::list),
        get("/api/v1/audit-events/export", Allowed(AuditRead), General, audit_export::export).responding(EXPORT),
        get("/api/v1/audit-events/{id}", Allowed(AuditRead), General, audit::show),
        get("/api/v1/users/{id}/audit-events", Allowed(AuditRead), General, audit::of_user),
    ]
}

/// Routes everything under `/api`. Requests without a route count, too.
pub fn router(state: &AppState) -> Router<AppState> {
    let unknown = authenticated(limited(any(unknown), Budget::General, state), state);
    let add = |router: Router<AppState>, route: Route| router.route(route.path, route.handler(state));
    routes().into_iter().fold(Router::new(), add).route("/api/{*rest}", unknown)
}

async fn unknown(uri: Uri, headers: HeaderMap) -> Response {
    if accept::asks_for_unknown_version(&headers) {
        return Problem::NotAcceptable.into_response();
    }
    trailing_slash::redirect(&uri).unwrap_or_else(|| Problem::NotFound.into_response())
}
