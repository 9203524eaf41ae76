//! Chooses what the page about roles shows.

use super::{
    asking::{DeleteRoleView, NewRoleView},
    edit::EditRoleView,
    load,
    matrix::Matrix,
    review::ReviewView,
};
use crate::{
    model::{OpenRole, RoleQuery, RoleQuestion},
    server_fns::{role, roles},
    ui::context::PageContext,
};
use leptos::prelude::*;

/// Page with all roles, or the question that the address asks.
#[component]
pub fn RolesPage() -> impl IntoView {
    let RoleQuery { ask, role: name, draft } = RoleQuery::parse(PageContext::current().query());
    match ask {
        None => load(roles(false), |matrix| view! { <Matrix matrix /> }).into_any(),
        Some(RoleQuestion::Create) => load(roles(true), |asked| view! { <NewRoleView asked /> }).into_any(),
        Some(RoleQuestion::Edit) => load(role(name), move |open| view! { <EditRoleView open draft /> }).into_any(),
        Some(RoleQuestion::Review) => load(role(name), move |open: OpenRole| match draft {
            Some(draft) if open.line.lock.is_none() => view! { <ReviewView open draft /> }.into_any(),
            draft => view! { <EditRoleView open draft /> }.into_any(),
        })
        .into_any(),
        Some(RoleQuestion::Delete) => load(role(name), |open| view! { <DeleteRoleView open /> }).into_any(),
    }
}
