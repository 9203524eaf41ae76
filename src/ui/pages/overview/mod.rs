//! The overview of the administration: what an operator wants to see first.

mod attention;
mod chart;

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{MailState, MonitorView, Page, SiteOverview, StateFilter, UserSort, UserSortKey, UsersView},
    server_fns::overview,
    ui::{
        components::Moment,
        context::PageContext,
        text::{monitor::grouped, overview as text},
    },
};
use attention::Attention;
use chart::{Chart, Period};
use leptos::prelude::*;

/// Page with the figures of the site, each leading to what it counts.
#[component]
pub fn OverviewPage() -> impl IntoView {
    load(overview(), |overview| view! { <OverviewView overview /> })
}

#[component]
fn OverviewView(overview: SiteOverview) -> impl IntoView {
    let SiteOverview { hours, days, now, flagged_sessions, locked, failed_mails, has_no_mail_server, .. } =
        overview.clone();
    view! {
        <AppLayout class="admin roomy" now>
            <h1>{text::OVERVIEW}</h1>
            <Notices />
            <Attention flagged=flagged_sessions locked failed=failed_mails has_no_mail_server />
            <Figures overview />
            <section class="charts" aria-labelledby="sign-ins">
                <h2 id="sign-ins">{text::SIGN_INS}</h2>
                <Chart period=Period::Hours counts=hours />
                <Chart period=Period::Days counts=days />
            </section>
            <p class="aside">{text::COUNTED} " " <Moment at=now /></p>
        </AppLayout>
    }
}

#[component]
fn Figures(overview: SiteOverview) -> impl IntoView {
    let SiteOverview { users, unverified, signed_in_today, signed_in_lately, live_sessions, .. } = overview;
    let last_sign_in = UserSort { key: UserSortKey::LastSignInAt, is_descending: true };
    let latest = UsersView { sort: last_sign_in.to_string(), ..UsersView::default() }.address();
    view! {
        <section aria-label=text::FIGURES>
            <dl class="tiles">
                <Figure label=text::USERS count=users page=Page::Users address=Page::Users.path() />
                <Figure label=text::VERIFIED count=users - unverified page=Page::Users address=verified_users() />
                <Figure label=text::TODAY count=signed_in_today page=Page::Users address=latest.clone() />
                <Figure label=text::LATELY count=signed_in_lately page=Page::Users address=latest />
                <Figure label=text::SESSIONS count=live_sessions page=Page::Monitor address=Page::Monitor.path() />
                <Figure label=text::LOCKED count=overview.locked page=Page::Users address=locked_users() />
                <Figure
                    label=text::FAILED_MAILS
                    count=overview.failed_mails
                    page=Page::Outbox
                    address=failed_mails()
                />
                <div class="card">
                    <dt>{text::SIZE}</dt>
                    <dd class="number">{text::size(overview.size)}</dd>
                </div>
            </dl>
        </section>
    }
}

/// A number, which leads to the list of what it counts if the user may see that page.
#[component]
fn Figure(label: &'static str, count: i64, page: Page, #[prop(into)] address: String) -> impl IntoView {
    let label = if may_open(page) { view! { <a href=address>{label}</a> }.into_any() } else { label.into_any() };
    view! {
        <div class="card">
            <dt>{label}</dt>
            <dd class="number">{grouped(count)}</dd>
        </div>
    }
}

fn may_open(page: Page) -> bool {
    PageContext::current().open_pages.contains(&page)
}

fn verified_users() -> String {
    UsersView { verified: true.to_string(), ..UsersView::default() }.address()
}

fn locked_users() -> String {
    UsersView { locked: true.to_string(), ..UsersView::default() }.address()
}

fn flagged_sessions() -> String {
    let state = StateFilter::Flagged.into_str().to_owned();
    MonitorView { state, ..MonitorView::default() }.address()
}

fn failed_mails() -> String {
    Page::Outbox.with([("state", MailState::Failed.to_string())])
}
