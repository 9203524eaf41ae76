//! Controls access to pages by the one table of pages, and builds each page's context.

use super::{problem::Problem, state::AppState};
use crate::{
    model::{Access, Flash, FormErrors, FormName, FormState, NextPath, PAGES, SessionKind, Theme, access_to},
    server::{
        context::{FLASH, Identity, cookies},
        paths,
        services::{Authenticated, Caller, tokens::TokenError},
        text,
    },
    ui::context::PageContext,
};
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

/// Lets a request through if the user may see the page, and adds the page's context.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (mut request, body) = request.into_parts();
    if awaits_set_up(&state, request.uri.path()).await {
        request.uri = Uri::from_static("/setup");
    }
    let identity = request.extensions.get::<Identity>().cloned().unwrap_or(Identity::Anonymous);
    // Pages accept no header tokens: a client that sends one is a program.
    let who = match &identity {
        Identity::Known(who) if who.kind == SessionKind::Browser => Some(who),
        _ => None,
    };
    if let Some(answer) = turn_away(&state, &request, &identity, who) {
        return answer;
    }
    let context = context(&state, &request, &identity, who).await;
    request.extensions.insert(context);
    next.run(Request::from_parts(request, body)).await
}

/// Returns whether this page must show the set-up instructions instead: every page does while there is no
/// user. If the database fails, returns `false` and leaves the error to the page.
pub async fn awaits_set_up(state: &AppState, path: &str) -> bool {
    path != "/setup" && state.services.set_up.is_awaited().await.unwrap_or(false)
}

/// Returns a redirect or an error if this user must not see the page.
fn turn_away(state: &AppState, request: &Parts, identity: &Identity, who: Option<&Authenticated>) -> Option<Response> {
    let path = request.uri.path();
    let next = next_of(request);
    match (path, who) {
        ("/", Some(_)) => return Some(see_other("/dashboard")),
        ("/", None) => return Some(see_other("/login")),
        ("/login", Some(_)) => return Some(see_other(next.as_ref().map_or("/dashboard", NextPath::as_str))),
        _ => {}
    }
    match (access_to(path)?, who) {
        (Access::Anyone, _) | (Access::SignedIn, Some(_)) => None,
        (_, None) => {
            let here = request.uri.path_and_query().and_then(|path| NextPath::parse(path.as_str()));
            let has_ended = matches!(identity, Identity::Refused(TokenError::Revoked));
            let to = match () {
                () if has_ended => paths::ended_path(here.as_ref()),
                () if keeps_no_cookies(state, request) => paths::blocked_path(here.as_ref()),
                () => paths::login_path(here.as_ref()),
            };
            Some(see_other(&to))
        }
        (Access::Allowed(permission), Some(who)) => {
            let is_allowed = state.services.permissions.allow(&who.claims.roles, permission);
            (!is_allowed).then(|| Problem::Forbidden.into_response())
        }
    }
}

/// Returns whether the browser rejects cookies: it comes from the sign-in page to a page that needs sign-in,
/// without any cookie that signing in sets. No link leads there, so it has signed in. A browser whose session
/// ended still sends its device cookie.
fn keeps_no_cookies(state: &AppState, request: &Parts) -> bool {
    let names = &state.cookies;
    let from = request.headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = from.strip_prefix(state.settings.server.public_url.origin()).unwrap_or_default();
    let is_from_sign_in = page.split('?').next() == Some("/login");
    is_from_sign_in
        && [&names.access, &names.refresh, &names.device]
            .iter()
            .all(|name| cookies::read(&request.headers, name).is_none())
}

async fn context(state: &AppState, request: &Parts, identity: &Identity, who: Option<&Authenticated>) -> PageContext {
    let mut flash = take_flash(request).await;
    if flash.notice.is_none() && flash.form.is_none() {
        // A link can only select one of these fixed sentences, never put its own text on the page.
        if query(request, "ended").is_some() {
            flash.notice = Some(text::SESSION_ENDED.to_owned());
        } else if query(request, "cookies").as_deref() == Some("blocked") {
            let errors = FormErrors::of_form(text::COOKIES_BLOCKED);
            flash.form = Some((FormName::SignIn, FormState { errors, ..FormState::default() }));
        }
    }
    PageContext {
        flash,
        theme: cookies::read(&request.headers, &state.cookies.theme).map(Theme::parse).unwrap_or_default(),
        is_signed_in: who.is_some(),
        own_name: own_name(state, request, who).await,
        open_pages: open_pages(state, who),
        had_bad_token: matches!(identity, Identity::Refused(TokenError::Invalid)),
        request_id: request.extensions.get::<Caller>().map(|caller| caller.request_id.clone()).unwrap_or_default(),
        min_password_length: state.services.passwords.min_length(),
        registration: state.services.registration.mode(),
        next: next_of(request).map(|next| next.as_str().to_owned()),
        here: request.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        assets: state.assets.clone(),
    }
}

/// Returns the display name shown on the pages of signed-in users.
async fn own_name(state: &AppState, request: &Parts, who: Option<&Authenticated>) -> String {
    let (Some(who), Some(Access::SignedIn | Access::Allowed(_))) = (who, access_to(request.uri.path())) else {
        return String::new();
    };
    // The page reports a failed database itself.
    let user = state.services.users.find(who.claims.user).await.ok().flatten();
    user.map(|user| user.name.as_str().to_owned()).unwrap_or_default()
}

/// Returns the pages that the signed-in user may see.
fn open_pages(state: &AppState, who: Option<&Authenticated>) -> Vec<&'static str> {
    let Some(who) = who else { return Vec::new() };
    let is_open = |access: Access| match access {
        Access::Anyone | Access::SignedIn => true,
        Access::Allowed(permission) => state.services.permissions.allow(&who.claims.roles, permission),
    };
    PAGES.iter().filter(|(_, access)| is_open(*access)).map(|(path, _)| *path).collect()
}

/// Takes the flash message before the page is rendered, so that it is shown once.
async fn take_flash(request: &Parts) -> Flash {
    let Some(session) = request.extensions.get::<Session>() else { return Flash::default() };
    let Some(flash) = session.remove::<Flash>(FLASH).await.ok().flatten() else { return Flash::default() };
    // The session holds only the flash, so it is deleted with it. The store logs its own errors.
    let _ = session.flush().await;
    flash
}

fn next_of(request: &Parts) -> Option<NextPath> {
    query(request, "next").and_then(|next| NextPath::parse(&next))
}

fn query(request: &Parts, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(request.uri.query()?).ok()?;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Responds 303 to a path of this site.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}
