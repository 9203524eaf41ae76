//! Pages and their forms, in a browser without scripts.

mod api_keys;
mod arrival;
mod audit;
mod branding;
mod bulk;
mod confirm;
mod cookies;
mod devices;
mod failures;
mod find_user;
mod flash;
mod guards;
mod half_done;
mod head;
mod import;
mod inspector;
mod invitations;
mod limits;
mod monitor;
mod not_me;
mod odd_forms;
mod origin;
mod outbox;
mod overview;
mod own_account;
mod own_data;
mod own_sessions;
mod pending_email;
mod picture;
mod refresh;
mod roles;
mod security_log;
mod server_fns;
mod sessions;
mod set_up;
mod set_up_list;
mod sign_in;
mod sign_out;

mod forgot_password;
mod register;
mod reset_password;
mod unavailable;
mod unlock;
mod user_choices;
mod user_roles;
mod users;
mod verify_email;
mod without_users;

use crate::app::{Browser, TestApp, TestResponse};
use claviger::{model::Flash, server::services::tokens::Sealed};
use serde_json::Value;

/// Returns the message that the next page will show to this browser.
pub async fn flash_of(app: &TestApp, browser: &Browser) -> Flash {
    let Some(id) = browser.cookie("claviger-flow") else { return Flash::default() };
    let sealed = app.db.find_browser_state(&id, app.clock.now()).await.unwrap();
    let content = sealed.map(|sealed| app.services.keys.open(Sealed::Flow, &id, &sealed).unwrap());
    let content: Value = content.map_or_else(Value::default, |text| serde_json::from_slice(&text).unwrap());
    serde_json::from_value(content["flash"].clone()).unwrap_or_default()
}

/// Asserts that a response is a 303 to exactly this address.
pub fn assert_leads_to(answer: &TestResponse, address: &str, what: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, address), "{what}: {}", answer.text);
}

/// Returns the paths of all server functions, including those added later.
pub fn server_functions() -> Vec<&'static str> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect()
}
