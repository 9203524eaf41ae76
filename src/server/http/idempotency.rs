//! The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again, because its
//! answer was lost, has one effect and gets the first answer.

use super::{problem::Problem, request_body, state::AppState};
use crate::{
    model::{Access, SessionKind},
    server::{
        context::Identity,
        services::{Answer, Authenticated, Caller, FirstRequest, Repetition, RepetitionService},
    },
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::panic::resume_unwind;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key, in characters, and the largest answer that is kept, in bytes.
const MAX_KEY: usize = 255;
const MAX_ANSWER: usize = 1024 * 1024;
/// The headers of an answer that are kept with it.
const KEPT: [HeaderName; 4] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG, header::LINK];

/// Runs a request once for each key of a caller. Without a key, and for callers who may not use the route, it does
/// nothing.
pub async fn layer(State((state, access)): State<(AppState, Access)>, request: Request, next: Next) -> Response {
    let key = match key(request.headers()) {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let (Some(key), Some(caller)) = (key, caller(&state, access, &request)) else { return next.run(request).await };
    once(&state.services.repetition, [&caller, &key], request, next).await.unwrap_or_else(IntoResponse::into_response)
}

/// Returns who sends the request, if they may use the route. Each API key counts for itself: it may see less than its owner.
fn caller(state: &AppState, access: Access, request: &Request) -> Option<String> {
    let network = || Some(request.extensions().get::<Caller>()?.network.to_string());
    match (request.extensions().get::<Identity>(), access) {
        (_, Access::Anyone) => network(),
        (Some(Identity::Known(who)), Access::SignedIn) => Some(credential(who)),
        (Some(Identity::Known(who)), Access::Allowed(permission)) => {
            state.services.permissions.allow(who, permission).then(|| credential(who))
        }
        _ => None,
    }
}

fn credential(who: &Authenticated) -> String {
    if who.kind == SessionKind::Key { who.claims.session.to_string() } else { who.claims.user.to_string() }
}

/// Reads the key: a quoted string of RFC 9651, or bare.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let wrong = || Problem::BadRequest("Idempotency-Key must be one text of 1 to 255 characters");
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().map_err(|_| wrong())?.trim();
    let quoted = text.strip_prefix('"').map(|rest| rest.strip_suffix('"').ok_or_else(wrong)).transpose()?;
    let key = quoted.map_or_else(|| text.to_owned(), |text| text.replace("\\\"", "\"").replace("\\\\", "\\"));
    let fits = (1..=MAX_KEY).contains(&key.len()) && values.next().is_none();
    if fits { Ok(Some(key)) } else { Err(wrong()) }
}

async fn once(
    repetition: &RepetitionService,
    [caller, key]: [&str; 2],
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = request_body::read(body).await?;
    let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let route = format!("{} {target}", parts.method);
    match repetition.find([caller, &route, key], &body).await? {
        Repetition::First(first) => {
            let (repetition, request) = (repetition.clone(), Request::from_parts(parts, Body::from(body)));
            // Goes on if the client goes away: it will ask for the answer again.
            match tokio::spawn(async move { run(&repetition, &first, request, next).await }).await {
                Ok(response) => response,
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                Err(_) => Err(Problem::Unavailable),
            }
        }
        repeated => answered(repeated),
    }
}

/// Runs the request, and keeps its answer if it had an effect.
async fn run(
    repetition: &RepetitionService,
    first: &FirstRequest,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let response = first.run(next.run(request)).await;
    if first.came_second() {
        return answered(repetition.find_again(first).await?);
    }
    let status = response.status();
    if !first.has_effect() || status.is_server_error() {
        return Ok(response);
    }
    if status.is_client_error() {
        repetition.forget(first).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER).await.map_err(|_| Problem::Internal)?;
    let headers = KEPT.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let text = String::from_utf8_lossy(&body).into_owned();
    let answer = Answer { status: status.as_u16(), headers: headers.collect(), body: text };
    repetition.keep(first, &answer).await?;
    Ok(Response::from_parts(parts, body.into()))
}

fn answered(repetition: Repetition) -> Result<Response, Problem> {
    let refused = |status, code, sentence: &str| Problem::Refused { status, code, sentence: sentence.to_owned() };
    match repetition {
        Repetition::Answered(Answer { status, headers, body }) => {
            let mut response = Response::new(body.into());
            *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Problem::Internal)?;
            for (name, value) in headers {
                let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
                response.headers_mut().extend(header);
            }
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            Ok(response)
        }
        Repetition::OtherBody => Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request",
        )),
        // Refused as the second, and the first one has since been refused itself.
        Repetition::First(_) | Repetition::Unanswered => Err(refused(
            StatusCode::CONFLICT,
            "idempotency_key_in_use",
            "The first request with this Idempotency-Key is not answered yet",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Result<Option<String>, Problem> {
        let headers = values.iter().map(|value| (KEY, HeaderValue::from_static(value))).collect();
        key(&headers)
    }

    #[test]
    fn a_key_is_quoted_or_bare() {
        assert_eq!(read(&[]), Ok(None));
        for value in ["8e03978e-40d5", "\"8e03978e-40d5\"", " 8e03978e-40d5 "] {
            assert_eq!(read(&[value]), Ok(Some("8e03978e-40d5".to_owned())), "{value}");
        }
        assert_eq!(read(&[r#""a\"b\\c""#]), Ok(Some(r#"a"b\c"#.to_owned())));
    }

    #[test]
    fn an_empty_an_open_a_long_and_a_second_key_are_refused() {
        let long: &'static str = "k".repeat(256).leak();
        for values in [&[""][..], &["\"\""], &["\"open"], &[long], &["one", "two"]] {
            assert!(matches!(read(values), Err(Problem::BadRequest(_))), "{values:?}");
        }
        assert!(read(&[&long[1..]]).is_ok());
    }
}
