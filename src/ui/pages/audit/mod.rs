//! The audit log.

mod event;

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{AuditLine, AuditList, AuditParty, Page},
    server_fns::audit_log,
    ui::{
        components::{Icon, Moment, Pager, Shape},
        context::PageContext,
        text::{self, audit as words},
    },
};
pub use event::AuditEventPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page with the events that match a search, newest first.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let value = |name: &str| query.get(name).unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(PageContext::current().query()).unwrap_or_default();
    let wrong = pairs.into_iter().find(|(name, _)| !["search", "before", "after"].contains(&name.as_str()));
    let wrong = wrong.map(|(name, _)| text::wrong_filter(&name));
    load(audit_log(value("search"), value("before"), value("after")), move |list| {
        view! { <List list=AuditList { problem: list.problem.clone().or(wrong), ..list } /> }
    })
}

#[component]
fn List(list: AuditList) -> impl IntoView {
    let AuditList { search, problem, is_recent, rows, total, next, prev, now } = list;
    let place = |side: &str, id: String| address(&search, Some((side, &id)));
    let (newer, older) = (prev.map(|id| place("before", id)), next.map(|id| place("after", id)));
    let is_searched = !search.trim().is_empty();
    view! {
        <AppLayout class="admin roomy" now>
            <h1>{words::AUDIT}</h1>
            <Notices />
            <Search search=search.clone() problem=problem.clone() />
            <QuickFilters search=search.clone() />
            {problem.is_none().then(|| view! { <Total total is_recent search=search.clone() /> })}
            {if problem.is_some() {
                ().into_any()
            } else if rows.is_empty() {
                view! { <p class="empty">{if is_searched { words::NO_MATCH } else { words::NO_EVENTS }}</p> }.into_any()
            } else {
                view! { <Table rows /> }.into_any()
            }}
            <Pager previous=newer next=older />
        </AppLayout>
    }
}

/// Plain form that leads to the matching events.
#[component]
fn Search(search: String, problem: Option<String>) -> impl IntoView {
    let (is_wrong, described) = (
        problem.is_some().then_some("true"),
        if problem.is_some() { "search-error search-hint" } else { "search-hint" },
    );
    view! {
        <search>
            <form class="filters line" method="get" action=Page::AuditLog.path() aria-label=words::SEARCH>
                <div class="field search">
                    <label for="search">{words::SEARCH}</label>
                    <input
                        id="search" name="search" type="search" value=search autocomplete="off" spellcheck="false"
                        autocapitalize="none" maxlength="500" aria-invalid=is_wrong aria-describedby=described
                    />
                </div>
                <div class="acts">
                    <button type="submit">{text::SEARCH}</button>
                </div>
                {problem.map(|why| view! { <p class="error" id="search-error">{why}</p> })}
                <p class="hint" id="search-hint">{words::SEARCH_HINT}</p>
            </form>
        </search>
    }
}

#[component]
fn QuickFilters(search: String) -> impl IntoView {
    let links = words::QUICK_FILTERS.iter().map(|(query, name)| {
        let current = (search.trim() == *query).then_some("page");
        view! { <li><a href=address(query, None) aria-current=current>{*name}</a></li> }
    });
    view! { <nav class="tabs" aria-label=words::QUICK><ul>{links.collect_view()}</ul></nav> }
}

/// Says how many events there are, and how to see older ones.
#[component]
fn Total(total: i64, is_recent: bool, search: String) -> impl IntoView {
    let [csv, jsonl] = ["csv", "jsonl"].map(|format| export_address(format, search.trim()));
    let all = is_recent.then(|| {
        let search = format!("{search} created:>=2000-01-01");
        view! { " " {words::RECENT} " · " <a href=address(search.trim(), None)>{words::SHOW_ALL}</a> }
    });
    view! {
        <div class="bar downloads">
            <p class="aside">{words::listed(total)}{all}</p>
            <a href=csv>{text::bulk::CSV}</a>
            <a href=jsonl>{text::bulk::JSONL}</a>
        </div>
    }
}

#[component]
fn Table(rows: Vec<AuditLine>) -> impl IntoView {
    let rows = rows.into_iter().map(|line| view! { <Row line /> });
    view! {
        <table class="audit" aria-label=words::AUDIT>
            <thead>
                <tr>
                    <th scope="col">{words::TIME}</th>
                    <th scope="col">{words::ACTION}</th>
                    <th scope="col">{words::ACTOR}</th>
                    <th scope="col">{words::TARGET}</th>
                    <th scope="col">{words::NETWORK}</th>
                    <th scope="col">{words::OUTCOME}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(line: AuditLine) -> impl IntoView {
    let AuditLine { id, at, actor, action, target, is_denied, network } = line;
    view! {
        <tr>
            <td><Moment at /></td>
            <td><a href=Page::AuditEvent.about(id)><code>{action}</code></a></td>
            <td data-head=words::ACTOR><Party party=actor /></td>
            <td data-head=words::TARGET>{target.map(|party| view! { <Party party /> })}</td>
            <td data-head=words::NETWORK>{network}</td>
            <td><Outcome is_denied /></td>
        </tr>
    }
}

/// The name of an actor or target; what has none is named by its kind.
#[component]
fn Party(party: AuditParty) -> impl IntoView {
    let AuditParty { kind, name, .. } = party;
    let name = match (kind.as_str(), name.is_empty()) {
        ("audit_log", _) | (_, true) => words::kind(&kind).to_owned(),
        ("user" | "route" | "role" | "invitation", false) => name,
        (_, false) => format!("{} {name}", words::kind(&kind)),
    };
    view! { <bdi title=name.clone()>{name.clone()}</bdi> }
}

/// What became of it, by icon, word and color.
#[component]
fn Outcome(is_denied: bool) -> impl IntoView {
    let (colour, shape, word) =
        if is_denied { ("ended", Shape::Alert, words::DENIED) } else { ("live", Shape::Check, words::OK) };
    view! { <span class="state" data-stage=colour><Icon shape />{word}</span> }
}

fn export_address(format: &str, search: &str) -> String {
    let query = [("format", format), ("search", search)].into_iter().filter(|(_, value)| !value.is_empty());
    let query = serde_urlencoded::to_string(query.collect::<Vec<_>>()).unwrap_or_default();
    format!("/api/v1/audit-events/export?{query}")
}

fn address(search: &str, place: Option<(&str, &str)>) -> String {
    let search = (!search.is_empty()).then_some(("search", search));
    Page::AuditLog.with(search.into_iter().chain(place).collect::<Vec<_>>())
}
