//! Controls access to pages by the one table of pages, and builds each page's context.

use super::{problem::Problem, state::AppState};
use crate::{
    model::{Access, Flash, FormErrors, FormName, FormState, NextPath, Page, Permission, SessionKind},
    server::{
        context::{CHOSEN, FLASH, Identity, cookies},
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
use std::sync::Arc;
use tower_sessions::Session;

/// Lets a request through if the user may see the page, and adds the page's context.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (mut request, body) = request.into_parts();
    if awaits_set_up(&state, request.uri.path()).await {
        request.uri = Uri::from_static(Page::SetUp.path());
    }
    let identity = request.extensions.get::<Identity>().cloned().unwrap_or(Identity::Anonymous);
    let who = browser(&request);
    let who = who.as_ref();
    if let Some(answer) = turn_away(&state, &request, &identity, who) {
        return answer;
    }
    let mut context = context(&state, &request, &identity, who).await;
    if who.is_some() && Page::of(request.uri.path()).is_some_and(|page| !context.open_pages.contains(&page)) {
        return with_navigation(Problem::Forbidden.into_response(), context);
    }
    context.flash = flash(&request).await;
    request.extensions.insert(context.clone());
    with_navigation(next.run(Request::from_parts(request, body)).await, context)
}

/// Returns the user who is signed in by cookies. Pages accept no header tokens: a client that sends one is a program.
pub fn browser(parts: &Parts) -> Option<Authenticated> {
    match parts.extensions.get::<Identity>() {
        Some(Identity::Known(who)) if who.kind == SessionKind::Browser => Some(who.clone()),
        _ => None,
    }
}

/// Redirects to the sign-in page, and then to this page.
pub fn sign_in(then: Page) -> Response {
    see_other(&paths::sign_in_path(NextPath::parse(then.path()).as_ref()))
}

/// Lets the page of an error show the navigation of the signed-in user.
fn with_navigation(mut response: Response, context: PageContext) -> Response {
    if response.extensions().get::<Problem>().is_some() {
        response.extensions_mut().insert(PageContext { flash: Flash::default(), ..context });
    }
    response
}

/// Returns whether this page must show the set-up instructions instead: every page does while there is no
/// user. If the database fails, returns `false` and leaves the error to the page.
pub async fn awaits_set_up(state: &AppState, path: &str) -> bool {
    path != Page::SetUp.path() && state.services.set_up.is_awaited().await.unwrap_or(false)
}

/// Returns a redirect if the page is not for the user, or not before signing in.
fn turn_away(state: &AppState, request: &Parts, identity: &Identity, who: Option<&Authenticated>) -> Option<Response> {
    let path = request.uri.path();
    if path == "/" {
        return Some(see_other(if who.is_some() { Page::Dashboard.path() } else { Page::SignIn.path() }));
    }
    let page = Page::of(path)?;
    let next = next_of(request);
    match (page, who) {
        (Page::SignIn, Some(_)) => {
            return Some(see_other(next.as_ref().map_or(Page::Dashboard.path(), NextPath::as_str)));
        }
        (Page::SignIn, None) => return check_cookies(state, request, next.as_ref()),
        _ => {}
    }
    match (page.access(), who) {
        (Access::Anyone, _) | (_, Some(_)) => None,
        (_, None) => {
            let here = request.uri.path_and_query().and_then(|path| NextPath::parse(path.as_str()));
            let has_ended = matches!(identity, Identity::Refused(TokenError::Revoked));
            if !has_ended && may_keep_no_cookies(state, request) {
                return Some(probe_cookies(state, here.as_ref()));
            }
            let path = if has_ended { paths::ended_path } else { paths::sign_in_path };
            Some(see_other(&path(here.as_ref())))
        }
    }
}

/// Finds out on the sign-in page whether the browser keeps cookies. Without scripts, a refused sign-in leads
/// back here, and its message is lost with the cookie that names it.
fn check_cookies(state: &AppState, request: &Parts, next: Option<&NextPath>) -> Option<Response> {
    match (is_probed(request), sends_cookies(state, request)) {
        (true, true) => Some(see_other(&paths::sign_in_path(next))),
        (false, false) if may_keep_no_cookies(state, request) => Some(probe_cookies(state, next)),
        _ => None,
    }
}

/// Returns whether the browser may be rejecting cookies: it comes from the sign-in page without any cookie of
/// ours, so it may have tried to sign in.
fn may_keep_no_cookies(state: &AppState, request: &Parts) -> bool {
    let from = request.headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = from.strip_prefix(state.settings.server.public_url.origin()).unwrap_or_default();
    page.split('?').next() == Some(Page::SignIn.path()) && !sends_cookies(state, request)
}

/// Redirects to the sign-in page with a cookie. If it arrives there without one, the browser rejects cookies.
fn probe_cookies(state: &AppState, next: Option<&NextPath>) -> Response {
    let probe = [(header::SET_COOKIE, state.cookies.set_probe())];
    (probe, see_other(&paths::blocked_path(next))).into_response()
}

fn is_probed(request: &Parts) -> bool {
    query(request, "cookies").as_deref() == Some("blocked")
}

fn sends_cookies(state: &AppState, request: &Parts) -> bool {
    state.cookies.all_names().iter().any(|name| cookies::read(&request.headers, name).is_some())
}

async fn context(state: &AppState, request: &Parts, identity: &Identity, who: Option<&Authenticated>) -> PageContext {
    let (own_name, own_email, own_picture) = own_name(state, request, who).await.unwrap_or_default();
    PageContext {
        flash: Flash::default(),
        theme: cookies::read(&request.headers, &state.cookies.theme)
            .and_then(|name| name.parse().ok())
            .unwrap_or_default(),
        is_signed_in: who.is_some(),
        own_name,
        own_email,
        own_picture,
        subject: subject(state, request, who).await,
        open_pages: open_pages(state, who),
        had_bad_token: matches!(identity, Identity::Refused(TokenError::Invalid)),
        request_id: request.extensions.get::<Caller>().map(|caller| caller.request_id.clone()).unwrap_or_default(),
        min_password_length: state.services.passwords.min_length(),
        registration: state.services.registration.mode(),
        next: next_of(request).map(|next| next.as_str().to_owned()),
        here: request.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        assets: state.assets.clone(),
        brand: Arc::clone(&state.brand),
    }
}

/// Returns the display name, the email address and the address of the picture for the pages of signed-in users.
async fn own_name(
    state: &AppState,
    request: &Parts,
    who: Option<&Authenticated>,
) -> Option<(String, String, Option<String>)> {
    let is_public = Page::of(request.uri.path()).map(Page::access) == Some(Access::Anyone);
    let who = who.filter(|_| !is_public)?;
    // The page reports a failed database itself.
    let user = state.services.users.find(who.claims.user).await.ok().flatten()?;
    let picture = user.picture_address();
    Some((user.name.as_str().to_owned(), user.email.as_str().to_owned(), picture))
}

/// Returns the name of the user that the page is about, if who asks may see it.
async fn subject(state: &AppState, request: &Parts, who: Option<&Authenticated>) -> Option<String> {
    let id = Page::User.id_in(request.uri.path())?.parse().ok()?;
    who.filter(|who| state.services.permissions.allow(who, Permission::UsersRead))?;
    let user = state.services.users.find(id).await.ok().flatten()?;
    Some(user.name.as_str().to_owned())
}

/// Returns the pages that the signed-in user may see.
fn open_pages(state: &AppState, who: Option<&Authenticated>) -> Vec<Page> {
    let Some(who) = who else { return Vec::new() };
    let is_open = |access: Access| match access {
        Access::Anyone | Access::SignedIn => true,
        Access::Allowed(permission) => state.services.permissions.allow(who, permission),
    };
    Page::ALL.iter().copied().filter(|page| is_open(page.access())).collect()
}

/// Returns what the previous response left for this page, or what its address selects.
async fn flash(request: &Parts) -> Flash {
    let mut flash = take_flash(request).await;
    if flash.notice.is_none() && flash.form.is_none() {
        // A link can only select one of these fixed sentences, never put its own text on the page.
        if query(request, "ended").is_some() {
            flash.notice = Some(text::SESSION_ENDED.to_owned());
        } else if is_probed(request) {
            let errors = FormErrors::of_form(text::COOKIES_BLOCKED);
            flash.form = Some((FormName::SignIn, FormState { errors, ..FormState::default() }));
        }
    }
    flash
}

/// Takes the flash message before the page is rendered, so that it is shown once.
async fn take_flash(request: &Parts) -> Flash {
    let Some(session) = request.extensions.get::<Session>() else { return Flash::default() };
    let Some(flash) = session.get::<Flash>(FLASH).await.ok().flatten() else { return Flash::default() };
    // A state without anything else is deleted. The store logs its own errors.
    let _ = match session.get_value(CHOSEN).await {
        Ok(None) => session.flush().await,
        _ => session.remove_value(FLASH).await.map(drop),
    };
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
