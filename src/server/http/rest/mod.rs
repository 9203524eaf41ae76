//! REST: the routes under `/api`.

mod admin_sessions;
mod audit;
mod audit_event_response;
mod body;
mod bulk;
mod etag;
mod export;
mod id;
mod inspector;
mod links;
mod list;
mod message;
mod monitor;
mod own_account;
mod pictures;
mod profile;
mod recovery;
mod refresh;
mod register;
mod roles;
mod route;
mod routes;
mod session_response;
mod sessions;
mod sign_in;
mod sign_out;
mod stream;
mod token_response;
mod user_actions;
mod user_list_query;
mod user_response;
mod user_roles;
mod users;

pub use route::Route;
pub use routes::{router, routes};
