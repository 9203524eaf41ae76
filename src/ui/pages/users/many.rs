//! The question before many users are changed.

use super::{
    AppLayout,
    asking::{REASON, UNTIL},
    changes::RoleBoxes,
    load,
};
use crate::{
    model::{BulkKind, BulkSelection, FormName, Page, UserLine, UsersToChange},
    server_fns::{ChangeUsers, users_to_change},
    ui::{
        components::Breadcrumbs,
        context::PageContext,
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton},
        text::{bulk, monitor, users as words},
    },
};
use leptos::prelude::*;

const COUNT: FieldSpec =
    FieldSpec { name: "confirmation", label: bulk::COUNT_FIELD, kind: InputKind::Code, autocomplete: "off" };

/// Page that asks before the users who are selected in the address are changed.
#[component]
pub fn ChangeUsersPage() -> impl IntoView {
    let query = PageContext::current().query().to_owned();
    let selection = BulkSelection::parse(&query);
    load(users_to_change(query), move |asked| asked.map(|asked| view! { <Question selection asked /> }))
}

#[component]
fn Question(selection: BulkSelection, asked: UsersToChange) -> impl IntoView {
    let back = asked.view.address();
    let (count, now) = (asked.count, asked.now);
    let heading = bulk::heading(asked.kind, count);
    let nothing = if selection.ids.is_some() { bulk::NO_ONE } else { bulk::NOT_MATCHED };
    view! {
        <AppLayout class="admin question" now>
            <Breadcrumbs list=Page::Users address=back.clone() here=bulk::action(asked.kind) />
            {if count == 0 {
                view! {
                    <h1>{bulk::action(asked.kind)}</h1>
                    <p class="empty">{nothing}</p>
                    <p><a href=back>{bulk::BACK}</a></p>
                }.into_any()
            } else {
                view! {
                    <h1>{heading} "?"</h1>
                    <Whom first=asked.first.clone() count />
                    <p>{bulk::lead(asked.kind)}</p>
                    <Start selection asked />
                    <p><a href=back>{monitor::CANCEL}</a></p>
                }.into_any()
            }}
        </AppLayout>
    }
}

#[component]
fn Whom(first: Vec<UserLine>, count: i64) -> impl IntoView {
    let rest = count - i64::try_from(first.len()).unwrap_or(count);
    let rows = first.into_iter().map(|UserLine { email, name, .. }| {
        view! { <li><bdi>{email}</bdi> " " <bdi class="aside">{name}</bdi></li> }
    });
    view! {
        <ul class="card whom" aria-label=bulk::WHOM>
            {rows.collect_view()}
            {(rest > 0).then(|| view! { <li class="aside">{bulk::more(rest)}</li> })}
        </ul>
    }
}

#[component]
fn Start(selection: BulkSelection, asked: UsersToChange) -> impl IntoView {
    let UsersToChange { kind, count, roles, .. } = asked;
    let before = PageContext::current().flash.state_of(FormName::ChangeUsers);
    let form = Feedback::of::<ChangeUsers>(before.errors.clone(), "");
    let fields = match kind {
        BulkKind::Ban => view! {
            <Field spec=&REASON form value=before.kept(REASON.name) hint=words::REASON_HINT.to_owned() />
            <Field spec=&UNTIL form value=before.kept(UNTIL.name) hint=words::UNTIL_HINT.to_owned() />
        }
        .into_any(),
        BulkKind::SetRoles => {
            let held = before.kept("roles").unwrap_or_default().split(' ').map(str::to_owned).collect();
            view! { <RoleBoxes roles held /> }.into_any()
        }
        BulkKind::Delete => view! { <Field spec=&COUNT form /> }.into_any(),
        BulkKind::Unban | BulkKind::Verify | BulkKind::Unlock | BulkKind::SendReset | BulkKind::SignOut => {
            ().into_any()
        }
    };
    let class = if matches!(kind, BulkKind::Ban | BulkKind::Delete | BulkKind::SignOut) { "danger" } else { "primary" };
    view! {
        <Form form class="stack">
            <FormErrorAlert form />
            <input type="hidden" name="query" value=selection.query() />
            <input type="hidden" name="count" value=count />
            {fields}
            <SubmitButton form label=bulk::action(kind) class=class />
        </Form>
    }
}
