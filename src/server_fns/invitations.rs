//! Invitations to register.

use crate::model::{FnError, FormResult, Invitations};
use leptos::prelude::*;

/// Reads the registration mode and the active invitations.
#[server(name = ReadInvitations, endpoint = "invitations")]
pub async fn invitations() -> Result<Invitations, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    context.require(Permission::UsersWrite)?;
    let registration = &context.services().registration;
    let (open, has_more) = registration.open_invitations().await?;
    let rule = text::registration(registration.mode()).to_owned();
    Ok(Invitations { rule, open, has_more, now: context.services().clock.now() })
}

/// Mails a registration link to this address.
#[server(endpoint = "invite")]
pub async fn invite(#[server(default)] email: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page, Permission},
        server::{context::ServerFnContext, services::InvitationError, text},
    };
    const PAGE: &str = Page::Invitations.path();
    let context = ServerFnContext::for_form(FormName::Invite)?.keep([("email", &email)]);
    let actor = context.require(Permission::UsersWrite)?.actor();
    let email = match text::parse_email(&email) {
        Ok(email) => email,
        Err(errors) => return context.reject(PAGE, errors).await,
    };
    match context.services().registration.invite(&email, actor, context.caller()).await {
        Ok(()) => context.redirect(PAGE, Some(&text::invited(&email))).await,
        Err(InvitationError::Service(error)) => Err(error.into()),
        Err(closed @ InvitationError::Closed) => context.reject(PAGE, FormErrors::of_form(format!("{closed}."))).await,
        Err(taken @ InvitationError::Taken) => {
            context.reject(PAGE, FormErrors::of_field("email", format!("{taken}."))).await
        }
    }
}

/// Revokes an invitation. Succeeds even if the invitation is no longer pending.
#[server(endpoint = "revoke_invitation")]
pub async fn revoke_invitation(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{Page, Permission},
        server::context::ServerFnContext,
    };
    let context = ServerFnContext::new()?;
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id = id.parse().map_err(|_| FnError::NotFound)?;
    let was_open = context.services().registration.revoke_invitation(id, actor, context.caller()).await?;
    let notice = if was_open { "Invitation revoked." } else { "That invitation was no longer pending." };
    context.redirect(Page::Invitations.path(), Some(notice)).await
}
