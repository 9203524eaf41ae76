//! The list of jobs.

use super::{AppLayout, job::StateBadge, load};
use crate::{
    model::{JobLine, JobList, Page},
    server_fns::jobs,
    ui::{
        components::{Breadcrumbs, Moment, Pager},
        text::{bulk, users as words},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page with all jobs, newest first.
#[component]
pub fn JobsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked = |name: &str| query.get(name).unwrap_or_default();
    load(jobs(asked("after"), asked("before")), |list| view! { <List list /> })
}

#[component]
fn List(list: JobList) -> impl IntoView {
    let JobList { rows, next, prev, now } = list;
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=bulk::JOBS />
            <h1>{bulk::JOBS}</h1>
            <p class="aside">{bulk::JOBS_LEAD}</p>
            {if rows.is_empty() {
                view! { <p class="empty">{bulk::NO_JOBS}</p> }.into_any()
            } else {
                view! { <Table rows /> }.into_any()
            }}
            <Pager
                previous=prev.map(|place| Page::Jobs.with([("before", place)]))
                next=next.map(|place| Page::Jobs.with([("after", place)]))
            />
        </AppLayout>
    }
}

#[component]
fn Table(rows: Vec<JobLine>) -> impl IntoView {
    let heads = [words::STATE, bulk::WHAT, bulk::MAKER, bulk::PROGRESS, bulk::STARTED];
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> });
    let rows = rows.into_iter().map(|line| view! { <Row line /> });
    view! {
        <table class="jobs" aria-label=bulk::JOBS>
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(line: JobLine) -> impl IntoView {
    let JobLine { id, kind, state, total, succeeded, failed, maker, is_own, created_at } = line;
    let what = bulk::job_heading(kind, total);
    let what =
        if is_own { view! { <a href=Page::Job.about(id)>{what}</a> }.into_any() } else { view! { {what} }.into_any() };
    let maker = maker.unwrap_or_else(|| bulk::DELETED_USER.to_owned());
    view! {
        <tr>
            <td><StateBadge kind state /></td>
            <td data-head=bulk::WHAT>{what}</td>
            <td data-head=bulk::MAKER title=maker.clone()><bdi>{maker.clone()}</bdi></td>
            <td data-head=bulk::PROGRESS>{bulk::progress(kind, succeeded, failed, total)}</td>
            <td data-head=bulk::STARTED><Moment at=created_at /></td>
        </tr>
    }
}
