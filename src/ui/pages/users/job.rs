//! How far a change of many users is, and whom it did not change.

use super::{AppLayout, load};
use crate::{
    model::{BulkState, FailedUser, JobView, Page},
    server_fns::bulk_job,
    ui::{
        components::{Breadcrumbs, Icon, Moment, Pager, Shape},
        context::PageContext,
        text::{bulk, users as words},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page of the job whose id is in the path.
#[component]
pub fn JobPage() -> impl IntoView {
    let id = Page::Job.id_in(PageContext::current().path()).unwrap_or_default().to_owned();
    let after = use_query_map().get_untracked().get("after").unwrap_or_default();
    load(bulk_job(id, after), |job| view! { <Job job /> })
}

#[component]
fn Job(job: JobView) -> impl IntoView {
    let JobView { id, kind, state, total, succeeded, failed, created_at, finished_at, failures, next, now } = job;
    let heading = bulk::heading(kind, total);
    let older = next.map(|after| format!("{}?after={after}", Page::Job.about(&id)));
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=heading.clone() />
            <h1>{heading}</h1>
            <div class="card stack">
                <p><StateBadge state /></p>
                <progress max=total.max(1) value=succeeded + failed aria-label=bulk::PROGRESS></progress>
                <p>{bulk::tried(kind, succeeded, failed, total)}</p>
                {(!state.is_final()).then(|| view! { <p class="aside">{bulk::RELOADS}</p> })}
                <dl>
                    <dt>{bulk::STARTED}</dt>
                    <dd><Moment at=created_at /></dd>
                    {finished_at.map(|at| view! { <dt>{bulk::FINISHED}</dt> <dd><Moment at /></dd> })}
                </dl>
            </div>
            {(!failures.is_empty()).then(|| view! { <Failures heading=bulk::not_done(kind) failures /> })}
            <Pager newer=None older />
            <p><a href=Page::Users.path()>{bulk::BACK}</a></p>
        </AppLayout>
    }
}

#[component]
fn Failures(heading: String, failures: Vec<FailedUser>) -> impl IntoView {
    let rows = failures.into_iter().map(|FailedUser { id, email, failure }| {
        let who = match email {
            Some(email) => view! { <a href=Page::User.about(&id)><bdi>{email}</bdi></a> }.into_any(),
            None => view! { <code>{id}</code> }.into_any(),
        };
        view! {
            <tr>
                <td>{who}</td>
                <td class="why">{bulk::failure(failure)}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="failures">
            <h2 id="failures">{heading}</h2>
            <table class="failures" aria-labelledby="failures">
                <thead>
                    <tr>
                        <th scope="col">{words::ONE_USER}</th>
                        <th scope="col">{bulk::REASON}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

/// State by icon, word and color.
#[component]
fn StateBadge(state: BulkState) -> impl IntoView {
    let (colour, shape) = match state {
        BulkState::Queued | BulkState::Running => ("soon", Shape::Clock),
        BulkState::Done => ("live", Shape::Check),
        BulkState::Failed => ("ended", Shape::Alert),
    };
    view! { <span class="state" data-stage=colour><Icon shape />{bulk::state(state)}</span> }
}
