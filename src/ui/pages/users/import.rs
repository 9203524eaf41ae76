//! The form that uploads a file of users.

use super::{AppLayout, load};
use crate::{
    model::{FormName, Page, Timestamp},
    server_fns::user_to_create,
    ui::{
        components::{Breadcrumbs, FileField},
        text::bulk,
    },
};
use leptos::prelude::*;

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
    view! {
        <form class="stack" method="post" action=Page::IMPORT_FORM enctype="multipart/form-data">
            <FileField
                form=FormName::Import
                name="file"
                label=bulk::IMPORT_FILE
                hint=bulk::IMPORT_HINT
                accept=".csv,.jsonl,.ndjson"
                required=true
            />
            <button class="primary" type="submit">{bulk::IMPORT_CHECK}</button>
        </form>
    }
}
