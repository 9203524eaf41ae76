//! How far a job is, and what it could not do.

use super::{AppLayout, load};
use crate::{
    model::{BadLine, BulkState, FailedUser, FormErrors, FormName, ImportStep, JobKind, JobView, Page},
    server_fns::{ImportUsers, StopJob, bulk_job},
    ui::{
        components::{Breadcrumbs, Icon, Moment, Pager, Shape},
        context::PageContext,
        forms::{Feedback, Form, FormErrorAlert},
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
    let heading = bulk::job_heading(job.kind, job.total);
    let older = job.next.as_ref().map(|after| format!("{}?after={after}", Page::Job.about(&job.id)));
    let (failures, bad_lines, kind) = (job.failures.clone(), job.bad_lines.clone(), job.kind);
    view! {
        <AppLayout class="admin" now=job.now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=heading.clone() />
            <h1>{heading}</h1>
            <Progress job=job.clone() />
            {(!job.state.is_final()).then(|| view! { <Stop id=job.id.clone() /> })}
            {matches!(kind, JobKind::Import(ImportStep::Check)).then(|| view! { <Next job /> })}
            {(!failures.is_empty()).then(|| view! { <Failures kind failures /> })}
            {(!bad_lines.is_empty()).then(|| view! { <BadLines kind bad_lines /> })}
            <Pager previous=None next=older />
            <p><a href=Page::Users.path()>{bulk::BACK}</a> " · " <a href=Page::Jobs.path()>{bulk::ALL_JOBS}</a></p>
        </AppLayout>
    }
}

#[component]
fn Progress(job: JobView) -> impl IntoView {
    let JobView { kind, state, total, succeeded, failed, created_at, finished_at, .. } = job;
    view! {
        <div class="card stack">
            <p><StateBadge kind state /></p>
            <progress max=total.max(1) value=succeeded + failed aria-label=bulk::PROGRESS></progress>
            <p>{bulk::progress(kind, succeeded, failed, total)}</p>
            {(!state.is_final()).then(|| view! { <p class="aside">{bulk::RELOADS}</p> })}
            <dl>
                <dt>{bulk::STARTED}</dt>
                <dd><Moment at=created_at /></dd>
                {finished_at.map(|at| view! { <dt>{bulk::FINISHED}</dt> <dd><Moment at /></dd> })}
            </dl>
        </div>
    }
}

#[component]
fn Stop(id: String) -> impl IntoView {
    let form = Feedback::of::<StopJob>(FormErrors::default(), "");
    view! {
        <Form form>
            <input type="hidden" name="id" value=id />
            <button class="danger" type="submit">{bulk::STOP}</button>
        </Form>
    }
}

/// What can be done with a file that was checked.
#[component]
fn Next(job: JobView) -> impl IntoView {
    let JobView { id, state, succeeded, may_import, .. } = job;
    let another = view! { <p><a href=Page::ImportUsers.path()>{bulk::ANOTHER}</a></p> };
    if !state.is_final() {
        return ().into_any();
    }
    if !may_import {
        let why = if succeeded == 0 { bulk::NONE_GOOD } else { bulk::GONE };
        return view! { <p>{why}</p> {another} }.into_any();
    }
    let form = Feedback::of::<ImportUsers>(PageContext::current().flash.state_of(FormName::Import).errors, "");
    view! {
        <Form form class="stack">
            <FormErrorAlert form />
            <input type="hidden" name="id" value=id />
            <button class="primary" type="submit">{bulk::import_button(succeeded)}</button>
        </Form>
        {another}
    }
    .into_any()
}

#[component]
fn Failures(kind: JobKind, failures: Vec<FailedUser>) -> impl IntoView {
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
    view! { <Report heading=bulk::not_done(kind) first=words::ONE_USER>{rows.collect_view()}</Report> }
}

#[component]
fn BadLines(kind: JobKind, bad_lines: Vec<BadLine>) -> impl IntoView {
    let rows = bad_lines.into_iter().map(|BadLine { line, error }| {
        view! {
            <tr>
                <td>{bulk::LINE} " " {line}</td>
                <td class="why">{error}</td>
            </tr>
        }
    });
    view! { <Report heading=bulk::not_done(kind) first=bulk::LINE>{rows.collect_view()}</Report> }
}

#[component]
fn Report(heading: &'static str, first: &'static str, children: Children) -> impl IntoView {
    view! {
        <section aria-labelledby="failures">
            <h2 id="failures">{heading}</h2>
            <table class="failures" aria-labelledby="failures">
                <thead>
                    <tr>
                        <th scope="col">{first}</th>
                        <th scope="col">{bulk::REASON}</th>
                    </tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </section>
    }
}

/// State by icon, word and color.
#[component]
pub fn StateBadge(kind: JobKind, state: BulkState) -> impl IntoView {
    let (colour, shape) = match state {
        BulkState::Queued | BulkState::Running => ("soon", Shape::Clock),
        BulkState::Done => ("live", Shape::Check),
        BulkState::Failed | BulkState::Cancelled => ("ended", Shape::Alert),
    };
    view! { <span class="state" data-stage=colour><Icon shape />{bulk::state(kind, state)}</span> }
}
