//! Rate limits: picks the budget of a request and adds the rate limit headers to its response.

use super::{problem::Problem, server_fn_layer};
use crate::{
    model::FnError,
    server::{
        context::Identity,
        services::{Budget, Caller, RateLimits},
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::future::ready;

/// Routes that can be used to guess a password, a code or a link, or to have mail sent. They share one budget
/// per network; everything else counts against another.
const SIGN_IN: &[&str] = &[
    "/api/auth/login",
    "/api/v1/auth/confirm",
    "/api/v1/auth/forgot-password",
    "/api/v1/auth/login",
    "/api/v1/auth/register",
    "/api/v1/auth/resend-verification",
    "/api/v1/auth/reset-password",
    "/api/v1/auth/verify-email",
    "/api/v1/users/me/email",
    "/api/v1/users/me/password",
    "/fn/change_email",
    "/fn/change_password",
    "/fn/confirm",
    "/fn/confirm_new_email",
    "/fn/forgot_password",
    "/fn/register",
    "/fn/resend_verification",
    "/fn/reset_password",
    "/fn/set_up",
    "/fn/sign_in",
    "/fn/stop_email_change",
    "/fn/unlock",
    "/fn/verify_email",
];

/// Routes of these that send mail to an address in the body. They also count against a second budget.
const MAIL: &[&str] = &[
    "/api/v1/auth/forgot-password",
    "/api/v1/auth/register",
    "/api/v1/auth/resend-verification",
    "/api/v1/users/me/email",
    "/fn/change_email",
    "/fn/forgot_password",
    "/fn/register",
    "/fn/resend_verification",
];

/// Counts a request before its body is read. Where authentication is needed, it has already run.
pub async fn layer(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let budget = budget_of(&limits, &request);
    match budget.and_then(|budget| budget.retry_after) {
        Some(retry_after) if request.uri().path().starts_with("/fn/") => {
            told(server_fn_layer::refused(request.headers(), &FnError::TooManyRequests { retry_after }), budget)
        }
        _ => within(budget, next.run(request)).await,
    }
}

/// Counts refused requests as sign-in attempts, on routes where valid tokens must not be limited.
pub async fn count_refusals(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let response = next.run(request).await;
    let is_refused = response.status().is_client_error() && response.status() != StatusCode::TOO_MANY_REQUESTS;
    if !is_refused {
        return response;
    }
    within(caller.and_then(|caller| limits.sign_in(&caller.network)), ready(response)).await
}

/// Awaits the response, or responds 429 if the budget is exhausted.
pub async fn within(budget: Option<Budget>, answer: impl Future<Output = Response>) -> Response {
    let response = match budget.and_then(|budget| budget.retry_after) {
        Some(retry_after) => Problem::TooManyRequests { retry_after }.into_response(),
        None => answer.await,
    };
    told(response, budget)
}

fn budget_of(limits: &RateLimits, request: &Request) -> Option<Budget> {
    let network = &request.extensions().get::<Caller>()?.network;
    let path = request.uri().path();
    if request.method() == Method::POST && SIGN_IN.contains(&path) {
        let budget = limits.sign_in(network)?;
        let asks_for_mail = budget.retry_after.is_none() && MAIL.contains(&path);
        let mail = if asks_for_mail { limits.mail(network) } else { None };
        return Some(mail.filter(|mail| mail.retry_after.is_some()).unwrap_or(budget));
    }
    match request.extensions().get::<Identity>() {
        Some(Identity::Known(who)) => limits.user(who.claims.user),
        _ => limits.network(network),
    }
}

fn told(mut response: Response, budget: Option<Budget>) -> Response {
    let Some(budget) = budget else { return response };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(budget.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(budget.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(budget.whole_in));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Server functions of the general budget: they guess no secret, and send mail only for administrators.
    const OTHERS: &[&str] = &[
        "/fn/account",
        "/fn/dashboard",
        "/fn/delete_account",
        "/fn/end_other_sessions",
        "/fn/end_session",
        "/fn/end_sessions",
        "/fn/inspect_token",
        "/fn/inspector",
        "/fn/invitations",
        "/fn/invite",
        "/fn/link_state",
        "/fn/mail",
        "/fn/mails",
        "/fn/monitor",
        "/fn/own_sessions",
        "/fn/rename",
        "/fn/renew",
        "/fn/resend_mail",
        "/fn/revoke_invitation",
        "/fn/session_family",
        "/fn/sessions_to_end",
        "/fn/set_up_link",
        "/fn/theme",
        "/logout",
    ];

    #[test]
    fn of_every_server_function_it_was_decided_which_budget_it_is_of() {
        for (path, _) in leptos::server_fn::axum::server_fn_paths() {
            assert!(SIGN_IN.contains(&path) != OTHERS.contains(&path), "{path} belongs into one of the two lists");
        }
    }
}
