//! The form that uploads a file of users.

use super::{AppLayout, load};
use crate::{
    model::{FieldError, FormName, Page, Timestamp},
    server_fns::user_to_create,
    ui::{
        components::{Breadcrumbs, Icon, Shape},
        context::PageContext,
        text::bulk,
    },
};
use leptos::prelude::*;

const HINT: &str = "hint-file";
const ERROR: &str = "error-file";

/// Page that uploads a file of users, to be checked before it is imported.
#[component]
pub fn ImportUsersPage() -> impl IntoView {
    load(user_to_create(), |asked| view! { <ImportUsers now=asked.now /> })
}

#[component]
fn ImportUsers(now: Timestamp) -> impl IntoView {
    let columns = bulk::IMPORT_COLUMNS.iter().map(|(name, what)| {
        view! { <dt><code>{*name}</code></dt> <dd>{*what}</dd> }
    });
    view! {
        <AppLayout class="admin question" now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=bulk::IMPORT />
            <h1>{bulk::IMPORT}</h1>
            <p>{bulk::IMPORT_LEAD}</p>
            <UploadForm />
            <details class="card">
                <summary>{bulk::IMPORT_HELP}</summary>
                <p>{bulk::IMPORT_FORMATS}</p>
                <dl>{columns.collect_view()}</dl>
            </details>
        </AppLayout>
    }
}

#[component]
fn UploadForm() -> impl IntoView {
    let errors = PageContext::current().flash.state_of(FormName::Import).errors;
    let error = errors.fields.into_iter().next().map(|FieldError { message, .. }| message);
    let is_refused = error.is_some();
    view! {
        <form class="stack" method="post" action=Page::IMPORT_FORM enctype="multipart/form-data">
            <div class="field">
                <label for="file">{bulk::IMPORT_FILE}</label>
                <input
                    id="file"
                    name="file"
                    type="file"
                    accept=".csv,.jsonl,.ndjson"
                    required
                    autofocus=is_refused
                    aria-invalid=is_refused.then_some("true")
                    aria-describedby=if is_refused { format!("{ERROR} {HINT}") } else { HINT.to_owned() }
                />
                {error.map(|error| view! {
                    <p class="error" id=ERROR>
                        <Icon shape=Shape::Alert />
                        <span>{error}</span>
                    </p>
                })}
                <p class="hint" id=HINT>{bulk::IMPORT_HINT}</p>
            </div>
            <button class="primary" type="submit">{bulk::IMPORT_CHECK}</button>
        </form>
    }
}
