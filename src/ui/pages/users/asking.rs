//! The questions before a user is suspended or deleted.

use super::{AppLayout, list::RoleNames};
use crate::{
    model::{FormName, FormState, OpenUser, Page, UserLine, UserQuestion},
    server_fns::{DeleteUser, SuspendUser},
    ui::{
        components::Breadcrumbs,
        context::PageContext,
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton, fields::EMAIL},
        text::{self, monitor, users as words},
    },
};
use leptos::prelude::*;

pub const REASON: FieldSpec =
    FieldSpec { name: "reason", label: words::REASON_FIELD, kind: InputKind::Text, autocomplete: "off" };
pub const UNTIL: FieldSpec =
    FieldSpec { name: "until", label: words::UNTIL_FIELD, kind: InputKind::Moment, autocomplete: "off" };
const TYPED_EMAIL: FieldSpec = FieldSpec { label: words::EMAIL_FIELD, autocomplete: "off", ..EMAIL };

/// Says whom it is about and what happens, with the form that does it.
#[component]
pub fn Question(question: UserQuestion, open: OpenUser) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::ChangeUser);
    let UserLine { id, email, name, roles, .. } = open.line;
    let back = Page::User.about(&id);
    let form = match question {
        UserQuestion::Suspend => view! { <SuspendForm id before /> }.into_any(),
        UserQuestion::Delete => view! { <DeleteForm id before /> }.into_any(),
    };
    view! {
        <AppLayout class="admin question" now=open.now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=name.clone() />
            <h1>{words::question(question)}</h1>
            <dl class="card">
                <dt>{words::ONE_USER}</dt>
                <dd><bdi>{email}</bdi> " " <bdi class="aside">{name}</bdi></dd>
                <dt>{text::ROLES}</dt>
                <dd><RoleNames roles /></dd>
            </dl>
            {form}
            <p><a href=back>{monitor::CANCEL}</a></p>
        </AppLayout>
    }
}

#[component]
fn SuspendForm(id: String, before: FormState) -> impl IntoView {
    let form = Feedback::of::<SuspendUser>(before.errors.clone(), "");
    view! {
        <p>{words::SUSPEND_LEAD}</p>
        <Form form class="stack">
            <FormErrorAlert form />
            <input type="hidden" name="id" value=id />
            <Field spec=&REASON form value=before.kept(REASON.name) hint=words::REASON_HINT.to_owned() />
            <Field spec=&UNTIL form value=before.kept(UNTIL.name) hint=words::UNTIL_HINT.to_owned() />
            <SubmitButton form label=words::button(UserQuestion::Suspend) class="danger" />
        </Form>
    }
}

#[component]
fn DeleteForm(id: String, before: FormState) -> impl IntoView {
    let form = Feedback::of::<DeleteUser>(before.errors.clone(), "");
    view! {
        <p>{words::DELETE_LEAD}</p>
        <Form form class="stack">
            <FormErrorAlert form />
            <input type="hidden" name="id" value=id />
            <Field spec=&TYPED_EMAIL form value=before.kept(TYPED_EMAIL.name) />
            <SubmitButton form label=words::button(UserQuestion::Delete) class="danger" />
        </Form>
    }
}
