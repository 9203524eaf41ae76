//! The invitations page.

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{FormName, Invitation, Invitations},
    server_fns::{RevokeInvitation, invitations},
    ui::{
        components::{Due, Icon, Moment, Shape},
        context::PageContext,
        islands::InviteForm,
        text::admin,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Page with the registration mode, the invitation form and the active invitations.
#[component]
pub fn InvitationsPage() -> impl IntoView {
    load(invitations(), |invitations| view! { <InvitationsView invitations /> })
}

#[component]
fn InvitationsView(invitations: Invitations) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::Invite);
    let Invitations { rule, open, has_more, now } = invitations;
    view! {
        <AppLayout class="settings" now>
            <h1>{admin::INVITATIONS}</h1>
            <Notices />
            <section aria-labelledby="invite">
                <div class="about">
                    <h2 id="invite">{admin::INVITE}</h2>
                    <p>{admin::INVITE_LEAD}</p>
                    <p>{rule}</p>
                </div>
                <div class="card">
                    <InviteForm before />
                </div>
            </section>
            <section class="whole" aria-labelledby="open">
                <h2 id="open">{admin::OPEN_INVITATIONS} <Count of=open.len() /></h2>
                <OpenInvitations open />
                {has_more.then(|| view! { <p class="aside">{admin::MORE_INVITATIONS}</p> })}
            </section>
        </AppLayout>
    }
}

#[component]
fn Count(of: usize) -> impl IntoView {
    (of > 0).then(|| view! { " " <span class="tag">{of}</span> })
}

#[component]
fn OpenInvitations(open: Vec<Invitation>) -> impl IntoView {
    if open.is_empty() {
        return view! { <p class="empty">{admin::NO_INVITATIONS}</p> }.into_any();
    }
    let rows = open.into_iter().map(|invitation| view! { <Row invitation /> });
    view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
}

#[component]
fn Row(invitation: Invitation) -> impl IntoView {
    let Invitation { id, email, invited_at, ends_at } = invitation;
    view! {
        <li class="row">
            <Icon shape=Shape::Mail />
            <div class="facts">
                <p class="device"><bdi>{email.clone()}</bdi></p>
                <p class="aside">
                    <span>{admin::INVITED_AT} " " <Moment at=invited_at /></span>
                    <span>{admin::ENDS_AT} " " <Due at=ends_at /></span>
                </p>
            </div>
            <form method="post" action=RevokeInvitation::PATH>
                <input type="hidden" name="id" value=id />
                <button type="submit">
                    {admin::REVOKE}
                    <span class="visually-hidden">" " {email}</span>
                </button>
            </form>
        </li>
    }
}
