//! Routes for pages and their server functions, behind the layers they all need.

use super::{
    authenticate, guards, import_form, limits, origin, own_data, picture_form, problem::Problem, server_fn_layer, site,
    state::AppState, state_store,
};
use crate::{
    model::{NextPath, Page},
    server::paths,
    ui::{
        self, App,
        context::{AnswerStatus, PageContext},
    },
};
use axum::{
    Router,
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware,
    routing::{get, post},
};
use leptos::{nonce::Nonce, prelude::*};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use std::sync::Arc;
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Routes every page and server function; everything else is a file or a 404.
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = {
        let state = state.clone();
        move || provide(&state)
    };
    let pages = Router::new()
        // The guards redirect everyone else.
        .route("/", get(async || guards::see_other(Page::SetUp.path())))
        .leptos_routes_with_context(state, generate_route_list(App), context, ui::shell);
    // Server functions read small forms and send no files.
    let pages = pages
        .layer(middleware::from_fn_with_state(state.clone(), server_fn_layer::layer))
        .route(Page::PICTURE_FORM, post(picture_form::upload))
        .route(Page::IMPORT_FORM, post(import_form::upload))
        .route(Page::OWN_DATA, get(own_data::download));
    let missing = behind_layers(Router::new().fallback(async || Problem::NotFound), state).with_state(state.clone());
    behind_layers(pages, state)
        // https://www.w3.org/TR/change-password-url/: password managers open this address.
        .route(
            "/.well-known/change-password",
            get(async || guards::see_other(&format!("{}#password", Page::OwnAccount.path()))),
        )
        .fallback(async |state, request| site::fallback(state, request, missing).await)
}

/// Adds the layers of pages and server functions.
fn behind_layers(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let browser_states = state_store::StateStore::new(&state.services, state.randomness.clone());
    let life = Duration::seconds(i64::try_from(state_store::LIFE.as_secs()).unwrap_or(i64::MAX));
    let flow = SessionManagerLayer::new(browser_states)
        .with_name(state.cookies.flow.clone())
        .with_secure(state.cookies.is_secure())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(life));
    routes
        .layer(middleware::from_fn_with_state(state.clone(), guards::layer))
        .layer(middleware::from_fn_with_state(state.services.limits.clone(), limits::page_layer))
        .layer(middleware::from_fn_with_state(state.clone(), authenticate::layer))
        .layer(flow)
        .layer(middleware::from_fn_with_state(state.clone(), state_store::one_state))
        .layer(middleware::from_fn_with_state(state.clone(), origin::required))
}

/// Provides the context that pages and server functions read, from the current request.
fn provide(state: &AppState) {
    provide_context(Arc::clone(&state.server_fns));
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(answer) = use_context::<ResponseOptions>() {
        let here = NextPath::parse(&parts.uri.to_string());
        provide_context(AnswerStatus::new(move |status| set_status(&answer, status, here.as_ref())));
    }
    if let Some(page) = parts.extensions.get::<PageContext>() {
        provide_context(page.clone());
    }
    // After leptos's own, so that pages use the nonce named in the policy header.
    if let Some(nonce) = parts.extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
}

/// Sets the status of a page that could not be shown. A user whose session ended during the request is
/// redirected to sign in, like any user who is not signed in.
fn set_status(answer: &ResponseOptions, status: u16, here: Option<&NextPath>) {
    match (status, HeaderValue::from_str(&paths::ended_path(here))) {
        (401, Ok(location)) => {
            answer.insert_header(header::LOCATION, location);
            answer.set_status(StatusCode::SEE_OTHER);
        }
        _ => answer.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_router::SsrMode;

    #[test]
    fn every_page_waits_for_its_data_and_needs_no_scripts() {
        for route in generate_route_list(App) {
            assert!(matches!(route.mode(), SsrMode::Async), "{}", route.path());
        }
    }

    #[test]
    fn no_server_function_is_reachable_by_get_and_each_has_a_plain_path() {
        for (path, method) in leptos::server_fn::axum::server_fn_paths() {
            assert_eq!(method, axum::http::Method::POST, "{path}");
            assert!(
                path == "/logout" || path.strip_prefix("/fn/").is_some_and(|name| !name.contains(char::is_numeric)),
                "{path}"
            );
        }
    }
}
