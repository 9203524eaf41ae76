//! Who may see which page, by the one table of pages; and what a page knows of its request.

use super::{problem::Problem, state::AppState};
use crate::{
    model::{Access, Flash, FormName, FormState, NextPath, PAGES, Refusal, SessionKind, Theme, access_to},
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

/// Lets through who may see the page, and gives the page its context.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (mut request, body) = request.into_parts();
    if awaits_set_up(&state, request.uri.path()).await {
        request.uri = Uri::from_static("/setup");
    }
    let identity = request.extensions.get::<Identity>().cloned().unwrap_or(Identity::Anonymous);
    // A page takes no header token: who shows one is a program.
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

/// Whether this page says how to set the server up, in place of what it is for: all do while there is no user.
/// A database that does not answer is for the page to tell.
pub async fn awaits_set_up(state: &AppState, path: &str) -> bool {
    path != "/setup" && state.services.set_up.is_awaited().await.unwrap_or(false)
}

/// The answer to somebody who should be elsewhere.
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

/// Whether a browser comes from the sign-in page to one that needs a sign-in and shows none of the cookies that a
/// sign-in sets: no link leads there, so it has signed in. One that was signed in once still shows its device's.
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
        // Fixed sentences for fixed words: a link can put no other on the page.
        if query(request, "ended").is_some() {
            flash.notice = Some(text::SESSION_ENDED.to_owned());
        } else if query(request, "cookies").as_deref() == Some("blocked") {
            let refusal = Refusal::of_form(text::COOKIES_BLOCKED);
            flash.form = Some((FormName::SignIn, FormState { refusal, ..FormState::default() }));
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

/// The name over the pages of those who are signed in.
async fn own_name(state: &AppState, request: &Parts, who: Option<&Authenticated>) -> String {
    let (Some(who), Some(Access::SignedIn | Access::Allowed(_))) = (who, access_to(request.uri.path())) else {
        return String::new();
    };
    // A page that can't be shown says so itself.
    let user = state.services.users.find(who.claims.user).await.ok().flatten();
    user.map(|user| user.name.as_str().to_owned()).unwrap_or_default()
}

/// The pages that whoever is signed in may see.
fn open_pages(state: &AppState, who: Option<&Authenticated>) -> Vec<&'static str> {
    let Some(who) = who else { return Vec::new() };
    let is_open = |access: Access| match access {
        Access::Anyone | Access::SignedIn => true,
        Access::Allowed(permission) => state.services.permissions.allow(&who.claims.roles, permission),
    };
    PAGES.iter().filter(|(_, access)| is_open(*access)).map(|(path, _)| *path).collect()
}

/// Said once: taken before the page is rendered.
async fn take_flash(request: &Parts) -> Flash {
    let Some(session) = request.extensions.get::<Session>() else { return Flash::default() };
    let Some(flash) = session.remove::<Flash>(FLASH).await.ok().flatten() else { return Flash::default() };
    // Nothing else is kept there: the browser's state goes with its flash. The store itself logs what fails.
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

/// 303 to a path of this site.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}
