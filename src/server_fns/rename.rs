//! The display name form.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Changes the user's own display name.
#[server(endpoint = "rename")]
pub async fn rename(#[server(default)] name: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{DisplayName, FormErrors, FormName, Page},
        server::{context::ServerFnContext, domain::UserChange},
    };
    let context = ServerFnContext::for_form(FormName::Profile)?.keep([("name", &name)]);
    let who = context.require_user()?;
    let name = match DisplayName::parse(&name) {
        Ok(name) => name,
        Err(problem) => {
            return context.reject(Page::OwnAccount.path(), FormErrors::of_field("name", problem.to_string())).await;
        }
    };
    context.services().users.change(who.claims.user, UserChange::Name(name), who.actor(), context.caller()).await?;
    context.redirect(Page::OwnAccount.path(), Some("Name saved.")).await
}
