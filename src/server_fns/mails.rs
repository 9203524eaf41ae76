//! The outbox: list, read and resend mails.

use super::FnError;
use crate::model::{Mails, OpenMail, Outcome};
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
        server::{http::forms::Form, services::Part},
    };
    let form = Form::anywhere()?;
    form.allowed(Permission::MailRead)?;
    let part = match (before.parse(), after.parse()) {
        (Ok(id), _) => Part::OlderThan(id),
        (_, Ok(id)) => Part::NewerThan(id),
        _ => Part::Newest,
    };
    Ok(form.services().mail.part(state.parse().ok(), part).await?)
}

/// Reads one mail with its content.
#[server(name = ReadMail, endpoint = "mail")]
pub async fn mail(#[server(default)] id: String) -> Result<OpenMail, FnError> {
    use crate::{model::Permission, server::http::forms::Form};
    let form = Form::anywhere()?;
    form.allowed(Permission::MailRead)?;
    let services = form.services();
    let preview = match id.parse() {
        Ok(id) => services.mail.show(id).await?,
        Err(_) => None,
    };
    let Some(preview) = preview else { return Err(form.not_found()) };
    let (line, content) = preview.into_text(!services.mail.writes_files());
    let may_resend = form.allowed(Permission::MailWrite).is_ok();
    Ok(OpenMail { line, content, may_resend, now: services.clock.now() })
}

/// Sends a mail again.
#[server(endpoint = "resend_mail")]
pub async fn resend_mail(#[server(default)] id: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, MailId, Permission},
        server::{http::forms::Form, services::ResendError, words},
    };
    let form = Form::here(FormName::ResendMail)?;
    let actor = form.allowed(Permission::MailWrite)?.actor();
    let id: MailId = id.parse().map_err(|_| FnError::NotFound)?;
    let page = words::mail_path(id);
    match form.services().mail.resend(id, actor, form.caller()).await {
        Ok(()) => form.done(&page, Some(words::MAIL_RESENT)).await,
        Err(ResendError::Impossible) => form.refuse(&page, words::resend_refusal()).await,
        Err(ResendError::Service(error)) => Err(error.into()),
    }
}
