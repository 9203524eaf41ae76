//! Rate limits: counts each request against its budget and adds the rate limit headers to its response.

use super::{problem::Problem, server_fn_layer};
use crate::{
    model::{FnError, Page, SessionKind},
    server::{
        context::Identity,
        services::{BudgetState, Caller, RateLimits},
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::future::ready;

/// The budget that a request counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Requests that can be used to guess a password, a code or a link, by network.
    Guess,
    /// The same, for requests that send mail to an address in the body: they also count against a second budget.
    GuessAndMail,
    /// Only refused requests count, as guesses. For routes where valid tokens must not be limited by network.
    RejectedRefreshes,
    /// Changes of the user's own picture, by user. They are general requests, too.
    Picture,
    /// All other requests, by user or API key, or by network if neither is known.
    General,
}

/// The budget of each server function and of each form with a file. The general ones guess no secret, and send mail only
/// for administrators.
const FORMS: &[(&str, Budget)] = &[
    ("/fn/account", Budget::General),
    ("/fn/api_keys", Budget::General),
    ("/fn/audit_event", Budget::General),
    ("/fn/audit_log", Budget::General),
    ("/fn/bulk_job", Budget::General),
    ("/fn/cancel_email_change", Budget::General),
    ("/fn/change_email", Budget::GuessAndMail),
    ("/fn/change_password", Budget::Guess),
    ("/fn/change_users", Budget::General),
    ("/fn/choose_columns", Budget::General),
    ("/fn/confirm", Budget::Guess),
    ("/fn/confirm_new_email", Budget::Guess),
    ("/fn/create_api_key", Budget::General),
    ("/fn/create_role", Budget::General),
    ("/fn/create_user", Budget::General),
    ("/fn/dashboard", Budget::General),
    ("/fn/delete_account", Budget::General),
    ("/fn/delete_role", Budget::General),
    ("/fn/delete_user", Budget::General),
    ("/fn/dismiss_set_up_list", Budget::General),
    ("/fn/edit_user", Budget::General),
    ("/fn/end_other_sessions", Budget::General),
    ("/fn/end_session", Budget::General),
    ("/fn/end_sessions", Budget::General),
    ("/fn/find_users", Budget::General),
    ("/fn/forgot_password", Budget::GuessAndMail),
    ("/fn/import_users", Budget::General),
    ("/fn/inspect_token", Budget::General),
    ("/fn/inspector", Budget::General),
    ("/fn/invitations", Budget::General),
    ("/fn/invite", Budget::General),
    ("/fn/jobs", Budget::General),
    ("/fn/lift_suspension", Budget::General),
    ("/fn/link_state", Budget::General),
    ("/fn/mail", Budget::General),
    ("/fn/mails", Budget::General),
    ("/fn/monitor", Budget::General),
    ("/fn/not_me", Budget::General),
    ("/fn/overview", Budget::General),
    ("/fn/own_sessions", Budget::General),
    ("/fn/refresh", Budget::General),
    ("/fn/register", Budget::GuessAndMail),
    ("/fn/remove_picture", Budget::Picture),
    ("/fn/rename", Budget::General),
    ("/fn/resend_email_change", Budget::GuessAndMail),
    ("/fn/resend_mail", Budget::General),
    ("/fn/resend_verification", Budget::GuessAndMail),
    ("/fn/report_not_me", Budget::Guess),
    ("/fn/reset_password", Budget::Guess),
    ("/fn/revoke_api_key", Budget::General),
    ("/fn/revoke_invitation", Budget::General),
    ("/fn/role", Budget::General),
    ("/fn/roles", Budget::General),
    ("/fn/save_role", Budget::General),
    ("/fn/security_log", Budget::General),
    ("/fn/send_reset", Budget::General),
    ("/fn/session_family", Budget::General),
    ("/fn/sessions_to_end", Budget::General),
    ("/fn/set_up", Budget::Guess),
    ("/fn/set_up_link", Budget::General),
    ("/fn/set_user_roles", Budget::General),
    ("/fn/sign_in", Budget::Guess),
    ("/fn/stop_email_change", Budget::Guess),
    ("/fn/stop_job", Budget::General),
    ("/fn/suspend_user", Budget::General),
    ("/fn/theme", Budget::General),
    ("/fn/unlock", Budget::Guess),
    ("/fn/unlock_user", Budget::General),
    ("/fn/user", Budget::General),
    ("/fn/user_to_create", Budget::General),
    ("/fn/users", Budget::General),
    ("/fn/users_to_change", Budget::General),
    ("/fn/verify_email", Budget::Guess),
    ("/fn/verify_user", Budget::General),
    (Page::SignOut.path(), Budget::General),
    (Page::PICTURE_FORM, Budget::Picture),
    (Page::IMPORT_FORM, Budget::General),
];

/// Counts a request before its body is read. Where authentication is needed, it has already run.
pub async fn layer(State((limits, budget)): State<(RateLimits, Budget)>, request: Request, next: Next) -> Response {
    match budget {
        Budget::RejectedRefreshes => count_rejection(&limits, request, next).await,
        _ => within(count(&limits, budget, &request), next.run(request)).await,
    }
}

/// Counts a request for a page or of a server function, like [`layer`].
pub async fn page_layer(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let budget = FORMS.iter().find(|(form, _)| *form == path).map_or(Budget::General, |(_, budget)| *budget);
    let state = count(&limits, budget, &request);
    match state.and_then(|state| state.retry_after) {
        Some(retry_after) if path.starts_with("/fn/") => {
            with_headers(server_fn_layer::refused(request.headers(), &FnError::TooManyRequests { retry_after }), state)
        }
        _ => within(state, next.run(request)).await,
    }
}

/// Awaits the response, or responds 429 if the budget is exhausted.
pub async fn within(state: Option<BudgetState>, response: impl Future<Output = Response>) -> Response {
    let response = match state.and_then(|state| state.retry_after) {
        Some(retry_after) => Problem::TooManyRequests { retry_after }.into_response(),
        None => response.await,
    };
    with_headers(response, state)
}

fn count(limits: &RateLimits, budget: Budget, request: &Request) -> Option<BudgetState> {
    let network = &request.extensions().get::<Caller>()?.network;
    // Only POST guesses: otherwise any page could use up a network's budget by showing images from here.
    let is_counted = request.method() == Method::POST || budget == Budget::Picture;
    let budget = if is_counted { budget } else { Budget::General };
    match (budget, request.extensions().get::<Identity>()) {
        (Budget::Guess | Budget::RejectedRefreshes, _) => limits.sign_in(network),
        (Budget::GuessAndMail, _) => {
            let guess = limits.sign_in(network)?;
            let mail = if guess.retry_after.is_none() { limits.mail(network) } else { None };
            Some(mail.filter(|mail| mail.retry_after.is_some()).unwrap_or(guess))
        }
        (Budget::Picture, Some(Identity::Known(who))) => {
            let general = limits.user(who.claims.user)?;
            let is_refused = general.retry_after.is_some();
            if is_refused { Some(general) } else { limits.picture(who.claims.user) }
        }
        (Budget::General, Some(Identity::Known(who))) if who.kind == SessionKind::Key => {
            limits.api_key(who.claims.session)
        }
        (Budget::General, Some(Identity::Known(who))) => limits.user(who.claims.user),
        (Budget::General | Budget::Picture, _) => limits.network(network),
    }
}

async fn count_rejection(limits: &RateLimits, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let response = next.run(request).await;
    let is_refused = response.status().is_client_error() && response.status() != StatusCode::TOO_MANY_REQUESTS;
    if !is_refused {
        return response;
    }
    within(caller.and_then(|caller| limits.sign_in(&caller.network)), ready(response)).await
}

/// Reports the budget in the headers that are in common use, and in those of draft-ietf-httpapi-ratelimit-headers.
fn with_headers(mut response: Response, state: Option<BudgetState>) -> Response {
    let Some(BudgetState { name, limit, window, remaining, whole_in, whole_at, .. }) = state else { return response };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", limit.into());
    headers.insert("x-ratelimit-remaining", remaining.into());
    headers.insert("x-ratelimit-reset", whole_at.into());
    for (header, value) in [
        ("ratelimit-policy", format!("\"{name}\";q={limit};w={window}")),
        ("ratelimit", format!("\"{name}\";r={remaining};t={whole_in}")),
    ] {
        // The name of a budget, digits and separators are always a header's value.
        let _ = HeaderValue::try_from(value).map(|value| headers.insert(header, value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_function_and_form_with_a_file_has_one_budget_and_no_other_path_has_one() {
        let server_fns = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path);
        let mut known: Vec<&str> = server_fns.chain([Page::PICTURE_FORM, Page::IMPORT_FORM]).collect();
        let mut listed: Vec<&str> = FORMS.iter().map(|(path, _)| *path).collect();
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(known, listed);
    }
}
