//! The table of roles and permissions.

use super::{AppLayout, Notices};
use crate::{
    model::{Page, Permission, RoleLine, RoleLock, RoleMatrix, RoleQuery, RoleQuestion, UsersView},
    ui::{
        components::{Icon, Shape},
        context::PageContext,
        text::{self, roles as words},
    },
};
use leptos::prelude::*;
use strum::VariantArray;

/// Shows every role with its permissions, and how many users have it.
#[component]
pub fn Matrix(matrix: RoleMatrix) -> impl IntoView {
    let RoleMatrix { roles, held, now } = matrix;
    let may_write = held.contains(&Permission::RolesWrite);
    let create = may_write.then(|| {
        let address = RoleQuery::address(RoleQuestion::Create, "", None);
        view! { <a class="button" href=address>{words::question(RoleQuestion::Create)}</a> }
    });
    let rows = roles.into_iter().map(move |line| view! { <Row line may_write /> });
    view! {
        <AppLayout class="admin roomy" now>
            <div class="bar offer">
                <h1>{text::ROLES}</h1>
                {create}
            </div>
            <Notices />
            <p class="aside">{words::ROLES_LEAD}</p>
            // Focusable, so that it can be scrolled by keyboard.
            <div class="wide-table" role="region" aria-label=words::TABLE tabindex="0">
                <table class="matrix" aria-label=words::TABLE>
                    <Head />
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </AppLayout>
    }
}

/// Two rows of headings: what permissions are about, and what they allow there.
#[component]
fn Head() -> impl IntoView {
    let texts: Vec<_> = Permission::VARIANTS.iter().map(|permission| words::permission(*permission)).collect();
    let groups = texts.chunk_by(|(one, ..), (other, ..)| one == other);
    let groups = groups.map(|group| view! { <th scope="colgroup" colspan=group.len()>{group[0].0}</th> });
    let groups = groups.collect_view();
    let actions = texts.into_iter().map(|(_, action, about)| view! { <th scope="col" title=about>{action}</th> });
    view! {
        <thead>
            <tr>
                <th scope="col" rowspan="2">{text::ROLE}</th>
                <th scope="col" rowspan="2">{words::HOLDERS}</th>
                {groups}
            </tr>
            <tr>{actions.collect_view()}</tr>
        </thead>
    }
}

#[component]
fn Row(line: RoleLine, may_write: bool) -> impl IntoView {
    let RoleLine { name, description, permissions, holders, lock } = line;
    let cells = Permission::VARIANTS.iter().map(|permission| {
        if permissions.contains(permission) {
            view! { <td data-stage="live"><Icon shape=Shape::Check /><span class="visually-hidden">{words::YES}</span></td> }
                .into_any()
        } else {
            view! { <td><span aria-hidden="true">"–"</span><span class="visually-hidden">{words::NO}</span></td> }
                .into_any()
        }
    });
    let cells = cells.collect_view();
    let built_in = (lock == Some(RoleLock::BuiltIn)).then(|| view! { <span class="tag">{words::BUILT_IN}</span> });
    let actions = (may_write && lock.is_none()).then(|| view! { <Actions name=name.clone() /> });
    let beyond = (may_write && lock == Some(RoleLock::Beyond))
        .then(|| view! { <span class="aside">{words::lock(RoleLock::Beyond)}</span> });
    view! {
        <tr>
            <th scope="row">
                <bdi>{text::role(&name).to_owned()}</bdi> " " {built_in}
                <bdi class="aside">{description}</bdi>
                {actions}
                {beyond}
            </th>
            <td class="number"><Holders name count=holders /></td>
            {cells}
        </tr>
    }
}

#[component]
fn Actions(name: String) -> impl IntoView {
    let link = |question, label: &'static str| {
        view! {
            <a href=RoleQuery::address(question, &name, None)>
                {label} <span class="visually-hidden">" " {name.clone()}</span>
            </a>
        }
    };
    view! { <span class="ways">{link(RoleQuestion::Edit, words::EDIT)} {link(RoleQuestion::Delete, words::DELETE)}</span> }
}

/// The number of users with a role, which leads to their list for those who may see it.
#[component]
fn Holders(name: String, count: i64) -> impl IntoView {
    let number = text::monitor::grouped(count);
    if PageContext::current().open_pages.contains(&Page::Users) {
        let address = UsersView { role: name.clone(), ..UsersView::default() }.address();
        let whose = format!(" {}", text::role(&name));
        view! { <a href=address>{number}<span class="visually-hidden">{whose}</span></a> }.into_any()
    } else {
        number.into_any()
    }
}
