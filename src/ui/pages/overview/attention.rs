//! What needs an operator's attention.

use super::{failed_mails, flagged_sessions, locked_users, may_open};
use crate::{
    model::Page,
    ui::{
        components::{Icon, Shape},
        text::overview as text,
    },
};
use leptos::prelude::*;

/// Lists what is wrong, each leading to where it can be seen; says so if nothing is.
#[component]
pub fn Attention(flagged: i64, locked: i64, failed: i64, has_no_mail_server: bool) -> impl IntoView {
    let found = [
        (flagged > 0, text::flagged(flagged), Page::Monitor, flagged_sessions()),
        (locked > 0, text::locked(locked), Page::Users, locked_users()),
        (failed > 0, text::failed_mails(failed), Page::Outbox, failed_mails()),
        (has_no_mail_server, text::NO_MAIL_SERVER.to_owned(), Page::Outbox, Page::Outbox.path().to_owned()),
    ];
    let found = found.into_iter().filter(|(is_so, ..)| *is_so).collect::<Vec<_>>();
    if found.is_empty() {
        return view! {
            <p class="state" data-stage="live"><Icon shape=Shape::Check />{text::ALL_WELL}</p>
        }
        .into_any();
    }
    let rows = found.into_iter().map(|(_, sentence, page, address)| {
        let sentence =
            if may_open(page) { view! { <a href=address>{sentence}</a> }.into_any() } else { sentence.into_any() };
        view! { <li class="row warning"><Icon shape=Shape::Warning /><p>{sentence}</p></li> }
    });
    view! {
        <section aria-labelledby="attention">
            <h2 id="attention">{text::ATTENTION}</h2>
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
