//! The section of the account page with the profile picture.

use crate::{
    model::{FormName, Page},
    server_fns::RemovePicture,
    ui::{
        components::{FileField, OwnPortrait},
        text::own_account,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

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
    view! {
        <form method="post" action=Page::PICTURE_FORM enctype="multipart/form-data">
            <FileField
                form=FormName::Picture
                name="picture"
                label=own_account::CHOOSE_PICTURE
                hint=own_account::PICTURE_HINT
                accept="image/jpeg,image/png,image/webp"
            />
            <button type="submit">{own_account::SAVE_PICTURE}</button>
        </form>
    }
}
