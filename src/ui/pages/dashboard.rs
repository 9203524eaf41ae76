//! The dashboard: profile, sessions, recent activity and actions.

use super::{
    activity::ActivityList,
    app_layout::{AppLayout, Notices},
    load::load,
    set_up_list::SetUpListSection,
};
use crate::{
    model::{Activity, Dashboard, OwnSession, Page, SessionsPage, TokenLife},
    server_fns::dashboard,
    ui::{
        components::SessionFacts,
        islands::{OtherSessions, TokenLifeDial},
        text::{self, own_account},
    },
};
use leptos::prelude::*;

/// The signed-in user's start page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    load(dashboard(), |dashboard| view! { <DashboardView dashboard /> })
}

#[component]
fn DashboardView(dashboard: Dashboard) -> impl IntoView {
    let Dashboard { name, now, others, activity, set_up, .. } = dashboard.clone();
    view! {
        <AppLayout class="dashboard" now>
            <h1>{text::HELLO} <bdi data-own-name="">{name}</bdi></h1>
            <Notices />
            {set_up.map(|list| view! { <SetUpListSection list /> })}
            <ThisSession dashboard=dashboard.clone() />
            <Account dashboard />
            <OtherSessionsSection others />
            <ActivitySection activity />
        </AppLayout>
    }
}

#[component]
fn ThisSession(dashboard: Dashboard) -> impl IntoView {
    let Dashboard { current, access_issued_at, access_expires_at, now, .. } = dashboard;
    let OwnSession { refreshes, refreshed_at, .. } = current;
    let life = TokenLife { issued_at: access_issued_at, expires_at: access_expires_at, now, refreshes };
    view! {
        <section class="card session" aria-labelledby="session">
            <h2 id="session">{text::THIS_SESSION}</h2>
            <TokenLifeDial life refreshed_at />
            <div class="row">
                <SessionFacts session=current />
            </div>
        </section>
    }
}

#[component]
fn Account(dashboard: Dashboard) -> impl IntoView {
    let Dashboard { name, email, username, roles, .. } = dashboard;
    let role_word = if roles.len() == 1 { text::ROLE } else { text::ROLES };
    let roles =
        roles.into_iter().map(|role| view! { <span class="tag">{text::role(&role).to_owned()}</span> }).collect_view();
    view! {
        <section class="card" aria-labelledby="account">
            <h2 id="account">{text::ACCOUNT}</h2>
            <dl>
                <dt>{text::DISPLAY_NAME}</dt>
                <dd data-own-name="">{name}</dd>
                <dt>{text::EMAIL}</dt>
                <dd>{email}</dd>
                {username.map(|username| view! {
                    <dt>{text::PLAIN_USERNAME}</dt>
                    <dd>{username}</dd>
                })}
                <dt>{role_word}</dt>
                <dd>{roles}</dd>
            </dl>
            <p class="below"><a class="button" href=Page::OwnAccount.path()>{own_account::EDIT_ACCOUNT}</a></p>
        </section>
    }
}

#[component]
fn OtherSessionsSection(others: Vec<OwnSession>) -> impl IntoView {
    view! {
        <section class="wide" aria-labelledby="others">
            <h2 id="others">{text::OTHER_SESSIONS}</h2>
            <OtherSessions sessions=others page=SessionsPage::Dashboard />
            <p><a href=SessionsPage::Account.path()>{text::ALL_SESSIONS}</a></p>
        </section>
    }
}

#[component]
fn ActivitySection(activity: Vec<Activity>) -> impl IntoView {
    view! {
        <section class="wide" aria-labelledby="activity">
            <h2 id="activity">{text::ACTIVITY}</h2>
            <ActivityList activity />
            <p><a href=Page::SecurityLog.path()>{own_account::SEE_ALL}</a></p>
        </section>
    }
}
