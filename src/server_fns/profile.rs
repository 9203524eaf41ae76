//! Changing the display name.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Changes one's own display name.
#[server(endpoint = "rename")]
pub async fn rename(#[server(default)] name: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{DisplayName, FormName, Refusal},
        server::{
            http::forms::Form,
            services::{Actor, UserChange},
        },
    };
    let form = Form::here(FormName::Profile)?.keep("name", &name);
    let user = form.required()?.claims.user;
    let name = match DisplayName::parse(&name) {
        Ok(name) => name,
        Err(problem) => return form.refuse("/account", Refusal::of_field("name", problem.to_string())).await,
    };
    form.services().users.change(user, UserChange::Name(name), Actor::User(user), form.caller()).await?;
    form.done("/account", Some("Your name is saved.")).await
}
