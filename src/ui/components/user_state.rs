//! The state of a user.

use super::{Icon, Shape};
use crate::{model::UserState, ui::text::users as words};
use leptos::prelude::*;

/// State by icon, word and color.
#[component]
pub fn UserStateBadge(state: UserState) -> impl IntoView {
    let (colour, shape) = match state {
        UserState::Active => ("live", Shape::Check),
        UserState::Suspended => ("ended", Shape::Alert),
        UserState::Locked => ("ended", Shape::Clock),
        UserState::Unverified => ("soon", Shape::Warning),
    };
    view! { <span class="state" data-stage=colour><Icon shape />{words::state(state)}</span> }
}
