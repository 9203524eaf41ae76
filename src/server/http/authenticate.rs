//! Authentication for pages, server functions and REST, in one layer: by an access token or API key in a header, or by
//! cookies that are refreshed when needed.

use super::{origin, problem::Problem, state::AppState};
use crate::{
    model::SessionKind,
    server::{
        context::{Identity, Refreshed, cookies},
        services::{
            API_KEY_PREFIX, Authenticated, Caller, KeyRejection, RefreshError, Tokens,
            tokens::{Claims, TokenError},
        },
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::cmp::Reverse;

/// Authenticates again once the whole body has arrived: by then the token may have expired or been revoked. A
/// browser session or API key runs with its current roles, as it would at the start of a request; its next request
/// refreshes the cookies.
pub async fn again(state: &AppState, parts: &mut Parts) -> Result<(), Problem> {
    let Some(Identity::Known(who)) = parts.extensions.get::<Identity>().cloned() else { return Ok(()) };
    let is_key = who.kind == SessionKind::Key;
    let sessions = &state.services.sessions;
    if !sessions.revocations().is_fresh() {
        return Err(Problem::Unavailable);
    }
    let identity = match sessions.check_again(&who.claims) {
        Ok(()) => return Ok(()),
        Err(TokenError::Stale | TokenError::Expired) if can_refresh(state, &parts.headers, &who) => {
            match sessions.claims_of_now(&who.claims).await? {
                Some(claims) => Identity::Known(Authenticated { claims, ..who }),
                None => Identity::Refused(TokenError::Revoked),
            }
        }
        Err(error) => Identity::Refused(error.public()),
    };
    let identity = match identity {
        Identity::Refused(_) if is_key => Identity::Refused(TokenError::InvalidKey),
        identity => identity,
    };
    parts.extensions.insert(identity);
    Ok(())
}

/// Returns whether new claims can replace these: of an API key, or of an access cookie that came with a refresh token of the
/// same session.
fn can_refresh(state: &AppState, headers: &HeaderMap, who: &Authenticated) -> bool {
    if who.kind == SessionKind::Key {
        return true;
    }
    let refresh = cookies::read(headers, &state.cookies.refresh).filter(|_| who.kind == SessionKind::Browser);
    refresh.and_then(|token| state.services.sessions.of_token(token)) == Some(who.claims.session)
}

/// What to do with the token cookies in the response, unless the handler sets them itself.
enum Cookies {
    Leave,
    Set(Box<Tokens>),
    Clear,
}

/// Reads the credentials, refreshes cookies that need it, and runs the operation in the same request. Responds
/// 503 to credentials while this node may not know the latest revocations.
pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if !state.services.sessions.revocations().is_fresh() && has_credentials(&state, request.headers()) {
        return Problem::Unavailable.into_response();
    }
    let Some(caller) = request.extensions().get::<Caller>().cloned() else { return Problem::Internal.into_response() };
    if let Some(credential) = header_credential(request.headers()) {
        let route = format!("{} {}", request.method(), request.uri().path());
        match by_header(&state, credential, &route, &caller).await {
            Ok(identity) => request.extensions_mut().insert(identity),
            Err(problem) => return problem.into_response(),
        };
        return run(&state, request, next).await;
    }
    let is_cross_site = !origin::is_safe(request.method())
        && has_credentials(&state, request.headers())
        && !origin::is_same(request.headers(), state.settings.server.public_url.origin());
    if is_cross_site {
        return Problem::OtherOrigin.into_response();
    }
    let (identity, cookies) = match by_cookies(&state, request.headers_mut(), &caller).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(identity);
    if let Cookies::Set(tokens) = &cookies {
        request.extensions_mut().insert(Refreshed { access: tokens.access.token.clone() });
    }
    let mut response = run(&state, request, next).await;
    write(&state, &cookies, response.headers_mut());
    response
}

/// Authenticates by the credential in a header. The owner of an API key can see in the audit log that it was used from another
/// network.
async fn by_header(
    state: &AppState,
    credential: Credential<'_>,
    route: &str,
    caller: &Caller,
) -> Result<Identity, Problem> {
    let key = match credential {
        Credential::Unreadable => return Ok(Identity::Refused(TokenError::Invalid)),
        Credential::Token(token) => {
            let checked = state.services.sessions.check(token, caller);
            return Ok(checked
                .map_or_else(|error| Identity::Refused(error.public()), |claims| known(claims, SessionKind::Api)));
        }
        Credential::Key(key) => key,
    };
    match state.services.api_keys.check(key, caller).await {
        Ok(who) => Ok(Identity::Known(who)),
        Err(KeyRejection::Invalid) => Ok(Identity::Refused(TokenError::InvalidKey)),
        Err(KeyRejection::OtherNetwork(who)) => {
            state.services.audit.denied(&who, route, "API key used from another network", caller).await;
            Err(Problem::Forbidden)
        }
        Err(KeyRejection::Service(error)) => Err(error.into()),
    }
}

/// Runs the operation. A signed-in user who is denied it is in the audit log before they know.
async fn run(state: &AppState, request: Request, next: Next) -> Response {
    let (route, who) = (format!("{} {}", request.method(), request.uri().path()), request.extensions().get().cloned());
    let caller = request.extensions().get::<Caller>().cloned();
    let response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN
        && let (Some(Identity::Known(who)), Some(caller)) = (who, caller)
    {
        let reason = response.extensions().get::<Problem>().map_or_else(|| "Forbidden".to_owned(), Problem::to_string);
        state.services.audit.denied(&who, &route, &reason, &caller).await;
    }
    response
}

/// Authenticates by cookies. If several cookies share a name, the valid one counts and is the only one left
/// in the request.
async fn by_cookies(
    state: &AppState,
    headers: &mut HeaderMap,
    caller: &Caller,
) -> Result<(Identity, Cookies), Problem> {
    match by_access_cookie(state, headers, caller) {
        Ok(claims) => Ok((known(claims, SessionKind::Browser), Cookies::Leave)),
        // Malformed or badly signed: we did not write it, so the cookies are left as they are.
        Err(Some(TokenError::Invalid)) => Ok((Identity::Refused(TokenError::Invalid), Cookies::Leave)),
        Err(flaw) => by_refresh_cookie(state, headers, flaw, caller).await,
    }
}

/// Returns the claims of the valid access token, or what is wrong with the one that came; `None` without one.
fn by_access_cookie(state: &AppState, headers: &mut HeaderMap, caller: &Caller) -> Result<Claims, Option<TokenError>> {
    let (sessions, names) = (&state.services.sessions, &state.cookies);
    let mut flaw = None;
    let found = cookies::all(headers, &names.access).find_map(|token| match sessions.check(token, caller) {
        Ok(claims) => Some((token.to_owned(), claims)),
        Err(error) => {
            // Of several flaws, that of a genuine token counts.
            flaw = flaw.filter(|flaw| *flaw != TokenError::Invalid).or(Some(error));
            None
        }
    });
    let (token, claims) = found.ok_or(flaw)?;
    names.settle(headers, &names.access, Some(&token));
    if cookies::all(headers, &names.refresh).nth(1).is_some() {
        let is_of_session = |refresh: &String| sessions.of_token(refresh) == Some(claims.session);
        let refresh = refresh_cookies(state, headers).into_iter().find(is_of_session);
        names.settle(headers, &names.refresh, refresh.as_deref());
    }
    Ok(claims)
}

/// Refreshes by the valid refresh token. Without one, the identity says what was wrong.
async fn by_refresh_cookie(
    state: &AppState,
    headers: &mut HeaderMap,
    flaw: Option<TokenError>,
    caller: &Caller,
) -> Result<(Identity, Cookies), Problem> {
    let mut refused = None;
    for token in refresh_cookies(state, headers) {
        match state.services.sessions.refresh(&token, SessionKind::Browser, caller).await {
            Ok(tokens) => {
                state.cookies.settle(headers, &state.cookies.refresh, Some(&token));
                let identity = known(tokens.access.claims.clone(), SessionKind::Browser);
                return Ok((identity, Cookies::Set(Box::new(tokens))));
            }
            Err(RefreshError::Revoked) => refused = Some(TokenError::Revoked),
            Err(RefreshError::Invalid) => refused = refused.or(Some(TokenError::Invalid)),
            // The cookies are still as good as before, so they stay.
            Err(error) => return Err(error.into()),
        }
    }
    let identity = refused.or(flaw.map(TokenError::public)).map_or(Identity::Anonymous, Identity::Refused);
    // To a wrong clock valid cookies look expired: they may be valid again in a moment.
    let is_final = refused.is_some() && state.services.clock_check.is_believed();
    Ok((identity, if is_final { Cookies::Clear } else { Cookies::Leave }))
}

/// Returns the request's refresh tokens, newest first: an older one of the same session would count as
/// refresh token reuse.
fn refresh_cookies(state: &AppState, headers: &HeaderMap) -> Vec<String> {
    let mut tokens: Vec<String> = cookies::all(headers, &state.cookies.refresh).map(str::to_owned).collect();
    tokens.sort_by_cached_key(|token| Reverse(state.services.sessions.generation_of(token)));
    tokens
}

fn write(state: &AppState, cookies: &Cookies, headers: &mut HeaderMap) {
    if state.cookies.sets_tokens(headers) {
        return;
    }
    let now = state.services.clock.now();
    let values = match cookies {
        Cookies::Leave => return,
        // The session ended while the operation ran: new cookies would be worthless.
        Cookies::Set(tokens) if state.services.sessions.revocations().has_ended(tokens.access.claims.session) => return,
        Cookies::Set(tokens) => state.cookies.set_tokens(tokens, now),
        Cookies::Clear => state.cookies.clear_tokens(),
    };
    for value in values {
        headers.append(header::SET_COOKIE, value);
    }
}

fn known(claims: Claims, kind: SessionKind) -> Identity {
    Identity::Known(Authenticated { claims, kind, scopes: None })
}

fn has_credentials(state: &AppState, headers: &HeaderMap) -> bool {
    header_credential(headers).is_some()
        || cookies::read(headers, &state.cookies.access).is_some()
        || cookies::read(headers, &state.cookies.refresh).is_some()
}

/// A credential in a header.
enum Credential<'a> {
    /// An access token.
    Token(&'a str),
    /// An API key.
    Key(&'a str),
    /// Not one credential that can be read.
    Unreadable,
}

/// Returns the credential in a header, if there is one: of RFC 6750 §2.1, or an API key in either header. Several are none
/// (RFC 6750 §2).
fn header_credential(headers: &HeaderMap) -> Option<Credential<'_>> {
    let of_authorization = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let (scheme, credential) = value.to_str().ok()?.split_once(' ')?;
        // RFC 9110 §11.1 and §11.4: the scheme is case-insensitive, and any number of spaces may follow it.
        let credential = credential.trim_start_matches(' ');
        let is = |name| scheme.eq_ignore_ascii_case(name);
        if is("api-key") || (is("bearer") && credential.starts_with(API_KEY_PREFIX)) {
            Some(Credential::Key(credential))
        } else {
            is("bearer").then_some(Credential::Token(credential))
        }
    });
    let of_key = headers.get_all("x-api-key").iter().map(|value| value.to_str().ok().map(Credential::Key));
    let mut all = of_authorization.chain(of_key);
    let first = all.next()?.unwrap_or(Credential::Unreadable);
    Some(if all.next().is_some() { Credential::Unreadable } else { first })
}
