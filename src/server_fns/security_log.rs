//! The user's own security log.

use crate::model::{FnError, SecurityLog};
use leptos::prelude::*;

/// Reads one page of the events of the user's account, selected by a cursor. Ignores an invalid cursor.
#[server(name = ReadSecurityLog, endpoint = "security_log")]
pub async fn security_log(
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<SecurityLog, FnError> {
    use crate::server::{
        context::ServerFnContext,
        services::{Cursor, security_log},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    Ok(security_log::page(context.services(), &who.claims, Cursor::read(&after, &before)).await?)
}
