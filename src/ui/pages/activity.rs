//! The recent activity of an account.

use crate::{
    model::Activity,
    ui::{
        components::{Icon, Moment, NotMeLink, Shape},
        text,
    },
};
use leptos::prelude::*;

/// Lists events, newest first. Warnings are marked by icon and word.
#[component]
pub fn ActivityList(activity: Vec<Activity>) -> impl IntoView {
    if activity.is_empty() {
        return view! { <p class="empty">{text::NO_ACTIVITY}</p> }.into_any();
    }
    let events = activity.into_iter().map(|event| view! { <Event event /> });
    view! { <ol class="rows log">{events.collect_view()}</ol> }.into_any()
}

#[component]
fn Event(event: Activity) -> impl IntoView {
    let Activity { at, what, device, network, is_warning, is_current, is_reportable } = event;
    let mark = is_warning.then(|| {
        view! {
            <Icon shape=Shape::Warning />
            <strong>{text::WARNING}</strong>
            " "
        }
    });
    view! {
        <li class="row" class:warning=is_warning>
            <div class="facts">
                <p>
                    {mark} {what.clone()}
                    {is_current.then(|| view! { " " <span class="tag">{text::THIS_SESSION}</span> })}
                </p>
                <p class="aside">
                    <bdi>{device}</bdi>
                    <span>{network}</span>
                    {is_reportable.then(|| view! { <NotMeLink about=what.clone() /> })}
                </p>
            </div>
            <Moment at />
        </li>
    }
}
