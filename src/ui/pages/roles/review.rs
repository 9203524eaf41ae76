//! What a change of a role takes from whom, before it is saved.

use super::AppLayout;
use crate::{
    model::{FormName, OpenRole, Page, Permission, RoleDraft, RoleLine, RoleQuery, RoleQuestion},
    server_fns::SaveRole,
    ui::{
        components::{Breadcrumbs, Icon, Shape},
        context::PageContext,
        forms::{Feedback, Form, FormErrorAlert, SubmitButton},
        text::{self, monitor, roles as words},
    },
};
use leptos::prelude::*;

/// Compares the role with the draft, and saves it if asked to.
#[component]
pub fn ReviewView(open: OpenRole, draft: RoleDraft) -> impl IntoView {
    let OpenRole { line, version, first_holders, now, .. } = open;
    let before = PageContext::current().flash.state_of(FormName::Role);
    let form = Feedback::of::<SaveRole>(before.errors, "");
    let name = line.name.clone();
    let without = |all: &[Permission], others: &[Permission]| -> Vec<Permission> {
        all.iter().filter(|permission| !others.contains(permission)).copied().collect()
    };
    let taken = without(&line.permissions, &draft.permissions);
    let granted = without(&draft.permissions, &line.permissions);
    let is_same = taken.is_empty() && granted.is_empty() && line.description == draft.description.trim();
    let warning = (!taken.is_empty() && line.holders > 0).then(|| words::warning(line.holders));
    let back = RoleQuery::address(RoleQuestion::Edit, &name, Some(&draft));
    let is_grave = warning.is_some();
    view! {
        <AppLayout class="admin question" now>
            <Breadcrumbs list=Page::Roles address=Page::Roles.path() here=name.clone() />
            <h1>{words::question(RoleQuestion::Review)}</h1>
            <FormErrorAlert form />
            {warning.map(|text| view! { <p class="notice warning"><Icon shape=Shape::Warning /><span>{text}</span></p> })}
            <Difference line taken granted first_holders draft=draft.clone() />
            {if is_same {
                view! { <p>{words::NOTHING_CHANGES}</p> }.into_any()
            } else {
                view! { <SaveForm form name version draft is_grave /> }.into_any()
            }}
            <p class="again">
                <a href=back>{words::BACK_TO_EDIT}</a>
                <a href=Page::Roles.path()>{monitor::CANCEL}</a>
            </p>
        </AppLayout>
    }
}

/// What the role is now and what changes, and who has it.
#[component]
fn Difference(
    line: RoleLine,
    taken: Vec<Permission>,
    granted: Vec<Permission>,
    first_holders: Vec<String>,
    draft: RoleDraft,
) -> impl IntoView {
    let list = |title: &'static str, permissions: Vec<Permission>| {
        let names: Vec<String> = permissions.into_iter().map(words::permission_name).collect();
        (!names.is_empty()).then(|| view! { <dt>{title}</dt> <dd>{names.join(", ")}</dd> })
    };
    let named = (!first_holders.is_empty())
        .then(|| view! { <bdi class="aside">{words::named(&first_holders, line.holders)}</bdi> });
    let after = draft.description.trim().to_owned();
    let description = (after != line.description).then(|| {
        let after = if after.is_empty() { words::NO_DESCRIPTION.to_owned() } else { after };
        view! { <dt>{words::DESCRIPTION}</dt> <dd><bdi>{after}</bdi></dd> }
    });
    view! {
        <dl class="card">
            <dt>{text::ROLE}</dt>
            <dd><bdi>{line.name}</bdi></dd>
            <dt>{words::HOLDERS}</dt>
            <dd>{words::holders(line.holders)} " " {named}</dd>
            {list(words::TAKEN, taken)}
            {list(words::GRANTED, granted)}
            {description}
        </dl>
    }
}

#[component]
fn SaveForm(form: Feedback, name: String, version: i64, draft: RoleDraft, is_grave: bool) -> impl IntoView {
    let permissions = draft.permissions.iter().map(|permission| {
        view! { <input type="hidden" name="permissions[]" value=permission.to_string() /> }
    });
    let permissions = permissions.collect_view();
    view! {
        <Form form class="stack">
            <input type="hidden" name="name" value=name />
            <input type="hidden" name="version" value=version />
            <input type="hidden" name="description" value=draft.description />
            {permissions}
            <div><SubmitButton form label=words::SAVE class=if is_grave { "danger" } else { "primary" } /></div>
        </Form>
    }
}
