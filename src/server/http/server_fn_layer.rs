//! The layer around server functions: leptos alone would read bodies without limit, respond to every error
//! with 500, and redirect posted forms to any Referer.

use super::{authenticate, guards::see_other, problem::Problem, request_body, state::AppState};
use crate::{
    model::{FnError, NextPath, Page},
    server::{
        context::{Identity, PlainForm},
        paths,
        services::tokens::TokenError,
    },
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The header with which leptos marks an error response.
const ERROR_MARK: &str = "serverfnerror";
/// The parameters in which leptos carries an error to the page of a form posted without scripts.
const PLANTED: [&str; 2] = ["__path", "__err"];

/// Wraps one call of a server function.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(without_planted_words(request)).await;
    }
    let (mut parts, body) = request.into_parts();
    let body = match form(&parts.headers, body).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    // Leptos would respond with a server error.
    if std::str::from_utf8(&body).is_err() {
        return Problem::BadRequest("Invalid form").into_response();
    }
    if let Err(problem) = authenticate::again(&state, &mut parts).await {
        return problem.into_response();
    }
    let had_session = matches!(parts.extensions.get::<Identity>(), Some(Identity::Refused(TokenError::Revoked)));
    let is_plain = !wants_json(&parts.headers);
    if is_plain {
        parts.extensions.insert(PlainForm);
    }
    // Without the browser's `Accept` and `Referer`, leptos responds the same way to every client and has no
    // page to redirect a form to.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if response.headers_mut().remove(ERROR_MARK).is_some() {
        return refuse(response, is_plain, had_session).await;
    }
    if is_plain && response.headers().contains_key(header::LOCATION) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

/// Reads the body of a form. A button alone sends none, and some clients then send no content type either.
async fn form(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    request_body::refuse_encoded(headers)?;
    let body = request_body::read(body).await?;
    let is_form = body.is_empty() || request_body::is_of_kind(headers, "application/x-www-form-urlencoded");
    if is_form { Ok(body) } else { Err(Problem::NotAForm) }
}

/// Removes the parameters that leptos would show as the form's own error: anyone can put them into a link.
fn without_planted_words(mut request: Request) -> Request {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let before = pairs.len();
    pairs.retain(|(name, _)| !PLANTED.contains(&name.as_str()));
    if pairs.len() < before {
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if let Ok(uri) = format!("{}?{query}", request.uri().path()).parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Gives an error its status. A form posted without scripts gets a page.
async fn refuse(mut response: Response, is_plain: bool, had_session: bool) -> Response {
    let body = std::mem::take(response.body_mut());
    let error = request_body::read(body).await.ok().and_then(|body| serde_json::from_slice(&body).ok());
    let error = error.unwrap_or(FnError::Internal);
    if is_plain && error == FnError::SignInRequired {
        let next = NextPath::parse(Page::Dashboard.path());
        let mut answer =
            see_other(&if had_session { paths::ended_path(next.as_ref()) } else { paths::sign_in_path(next.as_ref()) });
        answer.headers_mut().extend(
            std::mem::take(response.headers_mut())
                .into_iter()
                .filter_map(|(name, value)| name.filter(|name| name == header::SET_COOKIE).map(|name| (name, value))),
        );
        return answer;
    }
    let problem = problem_of(&error);
    if is_plain {
        return problem.into_response();
    }
    error_response(&error, &problem, response)
}

/// Responds to a call that is rejected before its body is read.
pub fn refused(request: &HeaderMap, error: &FnError) -> Response {
    let problem = problem_of(error);
    if wants_json(request) { error_response(error, &problem, Response::default()) } else { problem.into_response() }
}

/// Responds with the error as JSON and its status; an island reads the error itself.
fn error_response(error: &FnError, problem: &Problem, mut response: Response) -> Response {
    *response.status_mut() = problem.status();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().extend(problem.headers());
    *response.body_mut() = Body::from(serde_json::to_string(error).unwrap_or_default());
    response
}

/// Returns whether an island made the call: it accepts JSON, and a form posted without scripts does not.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("application/json")
}

fn problem_of(error: &FnError) -> Problem {
    match error {
        FnError::BadRequest => Problem::BadRequest("Invalid form"),
        FnError::SignInRequired => Problem::AuthenticationRequired,
        FnError::Forbidden => Problem::Forbidden,
        FnError::OtherOrigin { .. } => Problem::OtherOrigin,
        FnError::NotFound => Problem::NotFound,
        FnError::Busy => Problem::Busy,
        FnError::TooManyRequests { retry_after } => Problem::TooManyRequests { retry_after: *retry_after },
        FnError::Internal | FnError::Unreachable => Problem::Internal,
    }
}
