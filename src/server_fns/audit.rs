//! The audit log: list it, and read one event.

use crate::model::{AuditList, FnError, OpenAuditEvent};
use leptos::prelude::*;

/// Reads a page of the log: of the last 90 days, unless the search names a time. A search that is not understood finds
/// nothing, and the list says why.
#[server(name = ReadAuditLog, endpoint = "audit_log")]
pub async fn audit_log(
    #[server(default)] search: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<AuditList, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::Cursor},
    };
    let context = ServerFnContext::new()?;
    let actor = context.require(Permission::AuditRead)?.actor();
    let list = context.services().audit.view(&search, Cursor::read(&after, &before), actor, context.caller()).await?;
    Ok(list)
}

/// Reads one event.
#[server(name = ReadAuditEvent, endpoint = "audit_event")]
pub async fn audit_event(#[server(default)] id: String) -> Result<OpenAuditEvent, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::audit_view},
    };
    let context = ServerFnContext::new()?;
    let reader = context.require(Permission::AuditRead)?.actor();
    let services = context.services();
    let id = id.parse().map_err(|_| context.not_found())?;
    let event = services.audit.open(id, reader, context.caller()).await?.ok_or_else(|| context.not_found())?;
    Ok(audit_view::open(event, services.clock.now()))
}
