//! Removes the profile picture. It is uploaded by a form of its own: `server/http/picture_form.rs`.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Removes the user's own picture, if there is one.
#[server(endpoint = "remove_picture")]
pub async fn remove_picture() -> Result<FormResult, FnError> {
    use crate::{
        model::Page,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    context.services().pictures.remove(&who, context.caller()).await?;
    context.redirect(Page::OwnAccount.path(), Some(text::PICTURE_REMOVED)).await
}
