//! One event of the audit log, with all that was recorded.

use super::{
    super::{app_layout::AppLayout, load::load},
    Outcome, Party,
};
use crate::{
    model::{AuditChange, AuditParty, OpenAuditEvent, Page},
    server_fns::audit_event,
    ui::{
        components::{Breadcrumbs, Moment},
        context::PageContext,
        islands::CopyButton,
        text::audit as words,
    },
};
use leptos::prelude::*;

/// Page of the event whose id is in the path.
#[component]
pub fn AuditEventPage() -> impl IntoView {
    let id = Page::AuditEvent.id_in(PageContext::current().path()).unwrap_or_default().to_owned();
    load(audit_event(id), |event| view! { <EventView event /> })
}

#[component]
fn EventView(event: OpenAuditEvent) -> impl IntoView {
    let (action, now, changes) = (event.line.action.clone(), event.now, event.changes.clone());
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::AuditLog address=Page::AuditLog.path() here=action.clone() />
            <h1>{action}</h1>
            <div class="card">
                <Facts event />
            </div>
            {(!changes.is_empty()).then(|| view! { <Changes changes /> })}
        </AppLayout>
    }
}

#[component]
fn Facts(event: OpenAuditEvent) -> impl IntoView {
    let OpenAuditEvent { line, sequence, reason, details, device, agent, session, request_id, .. } = event;
    let sequence = sequence.map_or_else(|| words::UNSEALED.to_owned(), |sequence| sequence.to_string());
    let details = details.into_iter().map(|(name, value)| view! { <dt>{name}</dt> <dd><bdi>{value}</bdi></dd> });
    view! {
        <dl>
            <dt>{words::OUTCOME}</dt>
            <dd><Outcome is_denied=line.is_denied /></dd>
            {reason.map(|reason| view! { <dt>{words::REASON}</dt> <dd><bdi>{reason}</bdi></dd> })}
            <dt>{words::TIME}</dt>
            <dd><Moment at=line.at /></dd>
            <dt>{words::ACTOR}</dt>
            <dd><LinkedParty party=line.actor /></dd>
            {line.target.map(|party| view! { <dt>{words::TARGET}</dt> <dd><LinkedParty party /></dd> })}
            {details.collect_view()}
            <dt>{words::NETWORK}</dt>
            <dd>{line.network}</dd>
            <dt>{words::DEVICE}</dt>
            <dd>{device}</dd>
            <dt>{words::AGENT}</dt>
            <dd><bdi>{agent}</bdi></dd>
            {session.map(|id| view! { <dt>{words::SESSION}</dt> <dd><Id text=id name=words::SESSION /></dd> })}
            <dt>{words::REQUEST}</dt>
            <dd><Id text=request_id name=words::REQUEST /></dd>
            <dt>{words::ID}</dt>
            <dd><Id text=line.id name=words::ID /></dd>
            <dt>{words::SEQUENCE}</dt>
            <dd>{sequence}</dd>
        </dl>
    }
}

/// An actor or target, with its kind and a link to its page.
#[component]
fn LinkedParty(party: AuditParty) -> impl IntoView {
    let (kind, address) = (words::kind(&party.kind).to_owned(), party.address.clone());
    let is_user = party.kind == "user";
    view! {
        {match address {
            Some(address) => view! { <a href=address><Party party /></a> }.into_any(),
            None => view! { <Party party /> }.into_any(),
        }}
        {is_user.then(|| view! { <span class="aside">" · " {kind}</span> })}
    }
}

#[component]
fn Id(text: String, name: &'static str) -> impl IntoView {
    view! { <span class="copied"><code>{text.clone()}</code> <CopyButton text name=name.to_owned() /></span> }
}

/// The changed fields, before and after.
#[component]
fn Changes(changes: Vec<AuditChange>) -> impl IntoView {
    let rows = changes.into_iter().map(|AuditChange { field, old, new }| {
        view! {
            <tr>
                <th scope="row">{field}</th>
                <td data-head=words::BEFORE><bdi>{old}</bdi></td>
                <td data-head=words::AFTER><bdi>{new}</bdi></td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="changes">
            <h2 id="changes">{words::CHANGES}</h2>
            <table class="changed" aria-labelledby="changes">
                <thead>
                    <tr>
                        <th scope="col">{words::FIELD}</th>
                        <th scope="col">{words::BEFORE}</th>
                        <th scope="col">{words::AFTER}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}
