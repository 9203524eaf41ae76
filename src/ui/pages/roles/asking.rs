//! The form for a new role, and the question before one is deleted.

use super::{
    AppLayout,
    edit::{DESCRIPTION, Locked},
    permission_boxes::PermissionBoxes,
};
use crate::{
    model::{FormName, OpenRole, Page, RoleLine, RoleMatrix, RoleQuestion, UsersView},
    server_fns::{CreateRole, DeleteRole},
    ui::{
        components::Breadcrumbs,
        context::PageContext,
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton},
        text::{monitor, roles as words},
    },
};
use leptos::prelude::*;

const NAME: FieldSpec =
    FieldSpec { name: "name", label: words::NAME_FIELD, kind: InputKind::Name, autocomplete: "off" };

/// The form for a new role.
#[component]
pub fn NewRoleView(asked: RoleMatrix) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::Role);
    let form = Feedback::of::<CreateRole>(before.errors.clone(), "");
    let chosen = before.kept("permissions").unwrap_or_default();
    let chosen = chosen.split(' ').filter_map(|name| name.parse().ok()).collect();
    view! {
        <AppLayout class="admin question" now=asked.now>
            <Breadcrumbs list=Page::Roles address=Page::Roles.path() here=words::question(RoleQuestion::Create) />
            <h1>{words::question(RoleQuestion::Create)}</h1>
            <Form form class="stack">
                <FormErrorAlert form />
                <Field spec=&NAME form value=before.kept(NAME.name) hint=words::NAME_HINT.to_owned() />
                <Field spec=&DESCRIPTION form value=before.kept(DESCRIPTION.name) />
                <PermissionBoxes name="permissions[]" chosen held=asked.held />
                <div><SubmitButton form label=words::button(RoleQuestion::Create) /></div>
            </Form>
            <p><a href=Page::Roles.path()>{monitor::CANCEL}</a></p>
        </AppLayout>
    }
}

/// Asks before a role is deleted, or says why it can't be.
#[component]
pub fn DeleteRoleView(open: OpenRole) -> impl IntoView {
    let RoleLine { name, lock, holders, .. } = open.line;
    let body = match lock {
        Some(lock) => view! { <Locked lock /> }.into_any(),
        None if holders > 0 => view! { <Held name=name.clone() holders names=open.first_holders /> }.into_any(),
        None => view! { <DeleteForm name=name.clone() /> }.into_any(),
    };
    view! {
        <AppLayout class="admin question" now=open.now>
            <Breadcrumbs list=Page::Roles address=Page::Roles.path() here=name.clone() />
            <h1>{words::question(RoleQuestion::Delete)}</h1>
            <p><bdi>{name}</bdi></p>
            {body}
            <p><a href=Page::Roles.path()>{monitor::CANCEL}</a></p>
        </AppLayout>
    }
}

#[component]
fn Held(name: String, holders: i64, names: Vec<String>) -> impl IntoView {
    let list = PageContext::current().open_pages.contains(&Page::Users).then(|| {
        let address = UsersView { role: name, ..UsersView::default() }.address();
        view! { <p><bdi class="aside">{words::named(&names, holders)}</bdi></p> <p><a href=address>{words::SHOW_HOLDERS}</a></p> }
    });
    view! { <p>{words::held(holders)}</p> {list} }
}

#[component]
fn DeleteForm(name: String) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::Role);
    let form = Feedback::of::<DeleteRole>(before.errors, "");
    view! {
        <p>{words::DELETE_LEAD}</p>
        <Form form class="stack">
            <FormErrorAlert form />
            <input type="hidden" name="name" value=name />
            <div><SubmitButton form label=words::button(RoleQuestion::Delete) class="danger" /></div>
        </Form>
    }
}
