//! The outbox: list, read and resend mails.

use crate::model::{FnError, FormResult, Mails, OpenMail};
use leptos::prelude::*;

/// Reads one page of the mail list. Ignores an unknown state and invalid mail ids.
#[server(name = ReadMails, endpoint = "mails")]
pub async fn mails(
    #[server(default)] state: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<Mails, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::Part},
    };
    let context = ServerFnContext::new()?;
    context.require(Permission::MailRead)?;
    let part = match (before.parse(), after.parse()) {
        (Ok(id), _) => Part::OlderThan(id),
        (_, Ok(id)) => Part::NewerThan(id),
        _ => Part::Newest,
    };
    Ok(context.services().mail.part(state.parse().ok(), part).await?)
}

/// Reads one mail with its content.
#[server(name = ReadMail, endpoint = "mail")]
pub async fn mail(#[server(default)] id: String) -> Result<OpenMail, FnError> {
    use crate::{model::Permission, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    let reader = context.require(Permission::MailRead)?;
    let services = context.services();
    let is_all_powerful = services.permissions.allow_all(&reader);
    let preview = match id.parse() {
        Ok(id) => services.mail.show(id, is_all_powerful).await?,
        Err(_) => None,
    };
    let Some(preview) = preview else { return Err(context.not_found()) };
    let (line, text) = preview.into_text();
    let may_resend = context.require(Permission::MailWrite).is_ok();
    Ok(OpenMail { line, content: text, may_resend, now: services.clock.now() })
}

/// Sends a mail again.
#[server(endpoint = "resend_mail")]
pub async fn resend_mail(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, MailId, Page, Permission},
        server::{context::ServerFnContext, services::ResendError, text},
    };
    let context = ServerFnContext::for_form(FormName::ResendMail)?;
    let actor = context.require(Permission::MailWrite)?.actor();
    let id: MailId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = Page::Outbox.with([("id", id.to_string())]);
    match context.services().mail.resend(id, actor, context.caller()).await {
        Ok(()) => context.redirect(&page, Some(text::MAIL_RESENT)).await,
        Err(ResendError::Impossible) => context.reject(&page, text::resend_errors()).await,
        Err(ResendError::Service(error)) => Err(error.into()),
    }
}
