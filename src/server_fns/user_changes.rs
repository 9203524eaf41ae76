//! Changes of one user by an administrator.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Changes a user's name, username and email address, if the user still has this version.
#[server(endpoint = "edit_user")]
pub async fn edit_user(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] email: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId},
        server::{
            context::ServerFnContext,
            domain::{ProfileChange, UserChange},
            services::{NewAccount, UserError},
            text,
        },
    };
    let kept = [("name", name.as_str()), ("username", &username), ("email", &email)];
    let context = ServerFnContext::for_form(FormName::ChangeUser)?.keep(kept);
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let expected = Some(version.parse().map_err(|_| FnError::BadRequest)?);
    let page = Page::User.about(id);
    let change = match text::parse_account(Some(&name), &email, &username, None, 0) {
        Ok(NewAccount { name, email, username, .. }) => {
            UserChange::Profile(ProfileChange { email: Some(email), username: Some(username), name })
        }
        Err(errors) => return context.reject(&page, errors).await,
    };
    match context.services().users.change_version(id, expected, change, actor, context.caller()).await {
        Ok(_) => context.redirect(&page, Some(text::USER_SAVED)).await,
        Err(UserError::NotFresh) => context.redirect(&Page::Confirm.with([("next", &page)]), None).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Replaces a user's roles, each for good or until a time in UTC, if the user still has this version.
#[server(endpoint = "set_user_roles")]
pub async fn set_user_roles(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] roles: Vec<String>,
    #[server(default)] until: BTreeMap<String, String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, TickedRoles, UserId},
        server::{context::ServerFnContext, domain::UserChange, services::UserError, text},
    };
    let ticked = TickedRoles::of(&roles, &until).to_string();
    let context = ServerFnContext::for_form(FormName::ChangeUser)?.keep([("roles", &ticked)]);
    let actor = context.require(Permission::RolesWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let expected = Some(version.parse().map_err(|_| FnError::BadRequest)?);
    let page = Page::User.about(id);
    let change = match text::parse_roles(roles, &until) {
        Ok(roles) => UserChange::Roles(roles),
        Err(errors) => return context.reject(&page, errors).await,
    };
    match context.services().users.change_version(id, expected, change, actor, context.caller()).await {
        Ok(_) => context.redirect(&page, Some(text::ROLES_SAVED)).await,
        Err(UserError::NotFresh) => context.redirect(&Page::Confirm.with([("next", &page)]), None).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Suspends a user until a time in UTC, or for good, and ends every session.
#[server(endpoint = "suspend_user")]
pub async fn suspend_user(
    #[server(default)] id: String,
    #[server(default)] reason: String,
    #[server(default)] until: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId, UserQuestion},
        server::{context::ServerFnContext, domain::UserChange, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?.keep([("reason", &reason), ("until", &until)]);
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let asked = UserQuestion::Suspend.address(id);
    let change = match text::parse_suspension(&until, &reason, context.services().clock.now()) {
        Ok(ban) => UserChange::from(ban),
        Err(errors) => return context.reject(&asked, errors).await,
    };
    match context.services().users.change(id, change, actor, context.caller()).await {
        Ok(_) => context.redirect(&Page::User.about(id), Some(text::USER_SUSPENDED)).await,
        Err(error) => context.reject(&asked, text::user_errors(error)?).await,
    }
}

/// Lifts a suspension.
#[server(endpoint = "lift_suspension")]
pub async fn lift_suspension(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId},
        server::{context::ServerFnContext, domain::UserChange, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?;
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = Page::User.about(id);
    match context.services().users.change(id, UserChange::Unban, actor, context.caller()).await {
        Ok(_) => context.redirect(&page, Some(text::SUSPENSION_LIFTED)).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Marks a user's email address as verified.
#[server(endpoint = "verify_user")]
pub async fn verify_user(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId},
        server::{context::ServerFnContext, domain::UserChange, services::UserError, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?;
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = Page::User.about(id);
    match context.services().users.change(id, UserChange::Verified, actor, context.caller()).await {
        Ok(_) => context.redirect(&page, Some(text::EMAIL_CONFIRMED)).await,
        Err(UserError::NotFresh) => context.redirect(&Page::Confirm.with([("next", &page)]), None).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Opens the locks on a user's email address and username.
#[server(endpoint = "unlock_user")]
pub async fn unlock_user(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?;
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let (users, page) = (&context.services().users, Page::User.about(id));
    let user = users.find(id).await?.ok_or(FnError::NotFound)?;
    match users.unlock(&user, actor, context.caller()).await {
        Ok(_) => context.redirect(&page, Some(text::USER_UNLOCKED)).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Mails a user a link that sets a new password, unless one was sent in the last minute.
#[server(endpoint = "send_reset")]
pub async fn send_reset(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, UserId},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?;
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let (users, page) = (&context.services().users, Page::User.about(id));
    let user = users.find(id).await?.ok_or(FnError::NotFound)?;
    match users.send_reset(id, actor, context.caller()).await {
        Ok(true) => context.redirect(&page, Some(&text::reset_sent_to(&user.email))).await,
        Ok(false) => context.redirect(&page, Some(text::RESET_JUST_SENT)).await,
        Err(error) => context.reject(&page, text::user_errors(error)?).await,
    }
}

/// Deletes a user, if this is their email address.
#[server(endpoint = "delete_user")]
pub async fn delete_user(
    #[server(default)] id: String,
    #[server(default)] email: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{Email, FormErrors, FormName, Page, Permission, UserId, UserQuestion},
        server::{context::ServerFnContext, domain::UserChange, services::UserError, text},
    };
    let context = ServerFnContext::for_form(FormName::ChangeUser)?.keep([("email", &email)]);
    let actor = context.require(Permission::UsersWrite)?.actor();
    let id: UserId = id.parse().map_err(|_| FnError::NotFound)?;
    let (users, asked) = (&context.services().users, UserQuestion::Delete.address(id));
    let user = users.find(id).await?.ok_or(FnError::NotFound)?;
    if Email::parse(&email).ok().is_none_or(|email| email.normalized() != user.email.normalized()) {
        return context.reject(&asked, FormErrors::of_field("email", text::TYPE_EMAIL)).await;
    }
    match users.change(id, UserChange::Delete, actor, context.caller()).await {
        Ok(_) => context.redirect(Page::Users.path(), Some(&text::user_deleted(&user.email))).await,
        Err(UserError::NotFresh) => context.redirect(&Page::Confirm.with([("next", &asked)]), None).await,
        Err(error) => context.reject(&asked, text::user_errors(error)?).await,
    }
}
