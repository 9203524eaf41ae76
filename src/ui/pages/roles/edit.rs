//! The form that edits a role. It changes nothing: it leads to the page that shows what the change means.

use super::{AppLayout, permission_boxes::PermissionBoxes};
use crate::{
    model::{FormName, OpenRole, Page, Permission, RoleDraft, RoleLine, RoleLock, RoleQuestion},
    server_fns::SaveRole,
    ui::{
        components::Breadcrumbs,
        context::PageContext,
        forms::{Feedback, Field, FieldSpec, FormErrorAlert, InputKind},
        text::{self, monitor, roles as words},
    },
};
use leptos::prelude::*;

pub const DESCRIPTION: FieldSpec =
    FieldSpec { name: "description", label: words::DESCRIPTION_FIELD, kind: InputKind::Text, autocomplete: "off" };

/// The form, or why there is none.
#[component]
pub fn EditRoleView(open: OpenRole, draft: Option<RoleDraft>) -> impl IntoView {
    let OpenRole { line, held, now, .. } = open;
    let RoleLine { name, description, permissions, lock, .. } = line;
    let draft = draft.unwrap_or(RoleDraft { description, permissions });
    let form = match lock {
        Some(lock) => view! { <Locked lock /> }.into_any(),
        None => view! { <EditForm name=name.clone() draft held /> }.into_any(),
    };
    view! {
        <AppLayout class="admin question" now>
            <Breadcrumbs list=Page::Roles address=Page::Roles.path() here=name.clone() />
            <h1>{words::question(RoleQuestion::Edit)} " " <bdi>{name}</bdi></h1>
            {form}
            <p><a href=Page::Roles.path()>{monitor::CANCEL}</a></p>
        </AppLayout>
    }
}

/// Explains why a role can't be changed.
#[component]
pub fn Locked(lock: RoleLock) -> impl IntoView {
    view! { <p>{words::lock(lock)}</p> }
}

#[component]
fn EditForm(name: String, draft: RoleDraft, held: Vec<Permission>) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::Role);
    let form = Feedback::of::<SaveRole>(before.errors, "");
    let ask: &'static str = RoleQuestion::Review.into();
    view! {
        <form class="stack" method="get" action=Page::Roles.path() aria-label=text::ROLE>
            <FormErrorAlert form />
            <input type="hidden" name="ask" value=ask />
            <input type="hidden" name="role" value=name />
            <Field spec=&DESCRIPTION form value=Some(draft.description) />
            <PermissionBoxes name="permissions" chosen=draft.permissions held />
            <div><button type="submit">{words::REVIEW_SUBMIT}</button></div>
        </form>
    }
}
