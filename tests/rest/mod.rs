//! REST: one file for each route, and one for each rule that all routes share.

mod accept;
mod access;
mod admin_sessions;
mod api_keys;
mod audit;
pub mod bad_input;
mod bulk;
mod by_cookies;
mod canary;
mod cancelled_jobs;
mod cors;
mod email_change;
mod ended_by_admin;
mod export;
pub mod headers;
mod health;
mod idempotency;
mod import;
mod inspector;
mod invitations;
mod jobs;
mod limits;
mod links;
mod lockout;
mod mail_budgets;
mod message;
mod own_account;
mod own_data;
mod owners;
pub mod picture;
mod profile;
mod readers;
mod recovery;
mod refresh;
mod register;
mod roles;
mod same_origin;
mod send_reset;
mod sessions;
mod sign_in;
mod sign_out;
mod stream;
mod stream_losses;
mod tags;
mod time_limit;
mod user_list;
mod user_rights;
mod user_roles;
mod users;
mod using_a_key;
mod using_a_token;

use crate::app::{TestApp, TestResponse};
use serde_json::Value;

/// A wrong password.
pub const WRONG: &str = "incorrect horse";

/// Compares the responses, each under its heading, with the reviewed snapshot.
pub fn assert_matches_snapshot(name: &str, answers: &[(String, TestResponse)]) {
    let parts: Vec<String> =
        answers.iter().map(|(heading, answer)| format!("## {heading}\n{}", without_ids(&answer.snapshot()))).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, parts.join("\n\n")));
}

/// Masks ids in cursors, which differ each time.
fn without_ids(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let masked = words.map(|word| {
        let id = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = id.len() == 26 && id.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        if is_id { word.replacen(id, "<opaque>", 1) } else { word.to_owned() }
    });
    masked.collect()
}

/// Sends `POST /api/auth/login` with this body.
pub async fn log_in(app: &TestApp, body: &Value) -> TestResponse {
    app.post("/api/auth/login").json(body).send().await
}

/// Returns everything that could let a caller distinguish two responses: all but what differs each time.
pub fn fingerprint(answer: &TestResponse) -> String {
    let mut body = answer.json();
    if answer.status >= 400 {
        assert!(body["requestId"].is_string(), "{body}");
        body["requestId"] = "".into();
    }
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "content-security-policy"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    format!("{}\n{}\n{body}", answer.status, headers.join("\n"))
}
