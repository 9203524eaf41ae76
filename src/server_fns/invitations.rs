//! Invitations to register.

use super::FnError;
use crate::model::{Invitations, Outcome};
use leptos::prelude::*;

/// Reads the registration mode and the active invitations.
#[server(name = ReadInvitations, endpoint = "invitations")]
pub async fn invitations() -> Result<Invitations, FnError> {
    use crate::{
        model::Permission,
        server::{http::forms::Form, words},
    };
    let form = Form::anywhere()?;
    form.allowed(Permission::UsersWrite)?;
    let registration = &form.services().registration;
    let (open, has_more) = registration.open_invitations().await?;
    let rule = words::registration(registration.mode()).to_owned();
    Ok(Invitations { rule, open, has_more, now: form.services().clock.now() })
}

/// Mails a registration link to this address.
#[server(endpoint = "invite")]
pub async fn invite(#[server(default)] email: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Permission, Refusal},
        server::{http::forms::Form, services::InvitationError, words},
    };
    const PAGE: &str = "/admin/invitations";
    let form = Form::here(FormName::Invite)?.keep("email", &email);
    let actor = form.allowed(Permission::UsersWrite)?.actor();
    let email = match words::parse_email(&email) {
        Ok(email) => email,
        Err(refusal) => return form.refuse(PAGE, refusal).await,
    };
    match form.services().registration.invite(&email, actor, form.caller()).await {
        Ok(()) => form.done(PAGE, Some(words::INVITED)).await,
        Err(InvitationError::Service(error)) => Err(error.into()),
        Err(closed @ InvitationError::Closed) => form.refuse(PAGE, Refusal::of_form(format!("{closed}."))).await,
        Err(taken @ InvitationError::Taken) => form.refuse(PAGE, Refusal::of_field("email", taken.to_string())).await,
    }
}

/// Revokes an invitation. Succeeds even if the invitation is no longer active.
#[server(endpoint = "revoke_invitation")]
pub async fn revoke_invitation(#[server(default)] id: String) -> Result<Outcome, FnError> {
    use crate::{model::Permission, server::http::forms::Form};
    let form = Form::anywhere()?;
    let actor = form.allowed(Permission::UsersWrite)?.actor();
    let id = id.parse().map_err(|_| FnError::NotFound)?;
    let was_open = form.services().registration.revoke_invitation(id, actor, form.caller()).await?;
    let notice = if was_open { "That invitation works no more." } else { "That invitation was over already." };
    form.done("/admin/invitations", Some(notice)).await
}
