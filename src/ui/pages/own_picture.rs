//! The section of the account page with the profile picture.

use crate::{
    model::{FieldError, FormName, Page},
    server_fns::RemovePicture,
    ui::{
        components::{Icon, OwnPortrait, Shape},
        context::PageContext,
        text::own_account,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

const HINT: &str = "hint-picture";
const ERROR: &str = "error-picture";

/// The picture, the form that uploads another one, and the button that removes it. They work without scripts only: the
/// header shows the picture, too.
#[component]
pub fn Picture(picture: Option<String>, initials: String) -> impl IntoView {
    let remove = picture.is_some().then(|| {
        view! {
            <form method="post" action=RemovePicture::PATH>
                <button type="submit">{own_account::REMOVE_PICTURE}</button>
            </form>
        }
    });
    view! {
        <section aria-labelledby="picture-title">
            <div class="about">
                <h2 id="picture-title">{own_account::PICTURE}</h2>
                <p>{own_account::PICTURE_LEAD}</p>
            </div>
            <div class="card pictured">
                <OwnPortrait picture initials />
                <UploadForm />
                {remove}
            </div>
        </section>
    }
}

#[component]
fn UploadForm() -> impl IntoView {
    let errors = PageContext::current().flash.state_of(FormName::Picture).errors;
    let error = errors.fields.into_iter().next().map(|FieldError { message, .. }| message);
    let is_refused = error.is_some();
    view! {
        <form method="post" action=Page::PICTURE_FORM enctype="multipart/form-data">
            <div class="field">
                <label for="picture">{own_account::CHOOSE_PICTURE}</label>
                <input
                    id="picture"
                    name="picture"
                    type="file"
                    accept="image/jpeg,image/png,image/webp"
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
                <p class="hint" id=HINT>{own_account::PICTURE_HINT}</p>
            </div>
            <button type="submit">{own_account::SAVE_PICTURE}</button>
        </form>
    }
}
