//! The display name form.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Changes the user's own display name.
#[server(endpoint = "rename")]
pub async fn rename(#[server(default)] name: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{DisplayName, FormName, Refusal},
        server::{http::forms::Form, services::UserChange},
    };
    let form = Form::here(FormName::Profile)?.keep("name", &name);
    let who = form.required()?;
    let name = match DisplayName::parse(&name) {
        Ok(name) => name,
        Err(problem) => return form.refuse("/account", Refusal::of_field("name", problem.to_string())).await,
    };
    form.services().users.change(who.claims.user, UserChange::Name(name), who.actor(), form.caller()).await?;
    form.done("/account", Some("Your name is saved.")).await
}
