//! What is left to set up, on an administrator's dashboard.

use crate::{
    model::{Page, SetUpList},
    server_fns::DismissSetUpList,
    ui::{
        components::{Icon, Shape},
        text::set_up_list as text,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Lists each step with its state and where to take it, and a button that dismisses the list.
#[component]
pub fn SetUpListSection(list: SetUpList) -> impl IntoView {
    let SetUpList { has_mail_server, public_url, is_public, has_others } = list;
    view! {
        <section class="card wide" aria-labelledby="set-up">
            <h2 id="set-up">{text::TITLE}</h2>
            <ul class="steps">
                <Step title=text::MAIL is_done=Some(has_mail_server)>
                    {if has_mail_server {
                        text::MAIL_DONE.into_any()
                    } else {
                        view! { {text::MAIL_OPEN} <code>{text::MAIL_SETTING}</code> ". " }.into_any()
                    }}
                    <a href=Page::Outbox.path()>{text::MAIL_LINK}</a>
                </Step>
                <Step title=text::PUBLIC_URL is_done=Some(is_public)>
                    {text::PUBLIC_URL_IS} " " <bdi>{public_url}</bdi>
                    {(!is_public).then(|| view! {
                        {text::PUBLIC_URL_OPEN} <code>{text::PUBLIC_URL_SETTING}</code> "."
                    })}
                </Step>
                <Step title=text::INVITE is_done=Some(has_others)>
                    <a href=Page::Invitations.path()>{text::INVITE_LINK}</a>
                </Step>
                <Step title=text::BACKUP is_done=None>{text::BACKUP_HOW}</Step>
            </ul>
            <form method="post" action=DismissSetUpList::PATH>
                <button type="submit">{text::DISMISS}</button>
            </form>
        </section>
    }
}

/// A step. Its state is unknown (`None`) if only people can tell.
#[component]
fn Step(title: &'static str, is_done: Option<bool>, children: Children) -> impl IntoView {
    let (stage, shape, state) = match is_done {
        Some(true) => ("live", Shape::Check, Some(text::DONE)),
        Some(false) => ("soon", Shape::Warning, Some(text::TO_DO)),
        None => ("", Shape::Clock, None),
    };
    view! {
        <li>
            <p class="stated">
                <strong>{title}</strong>
                {state.map(|state| view! { <span class="state" data-stage=stage><Icon shape />{state}</span> })}
            </p>
            <p class="aside">{children()}</p>
        </li>
    }
}
