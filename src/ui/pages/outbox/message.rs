//! One mail: its content and delivery state.

use super::{
    super::{
        app_layout::{AppLayout, Notices},
        load::load,
    },
    MailStateBadge,
};
use crate::{
    model::{FormName, MailLine, MailText, OpenMail, Page},
    server_fns::{ResendMail, mail},
    ui::{
        components::{Breadcrumbs, Due, Icon, Moment, Shape},
        context::PageContext,
        islands::CopyButton,
        text::admin,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Shows the mail with this id.
#[component]
pub fn SingleMail(id: String) -> impl IntoView {
    load(mail(id), |mail| view! { <MailView mail /> })
}

#[component]
fn MailView(mail: OpenMail) -> impl IntoView {
    let OpenMail { line, content, may_resend, now } = mail;
    let errors = PageContext::current().flash.state_of(FormName::ResendMail).errors.message;
    let resend = (may_resend && content.is_some()).then(|| line.id.clone());
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::Outbox address=Page::Outbox.path() here=admin::mail_kind(line.kind) />
            <h1>{admin::mail_kind(line.kind)}</h1>
            <Notices />
            {errors.map(|why| view! { <p class="alert" role="alert"><Icon shape=Shape::Alert /><span>{why}</span></p> })}
            <div class="card">
                <Facts line subject=content.as_ref().map(|content| content.subject.clone()) />
            </div>
            <MailContent content />
            {resend.map(|id| view! {
                <form class="again" method="post" action=ResendMail::PATH>
                    <input type="hidden" name="id" value=id />
                    <button type="submit">{admin::RESEND}</button>
                    <p class="aside">{admin::RESEND_HINT}</p>
                </form>
            })}
        </AppLayout>
    }
}

#[component]
fn Facts(line: MailLine, subject: Option<String>) -> impl IntoView {
    let MailLine { id, recipient, state, queued_at, sent_at, tries, next_try_at, last_error, .. } = line;
    view! {
        <dl>
            <dt>{admin::MAIL_STATE}</dt>
            <dd><MailStateBadge state /></dd>
            <dt>{admin::MAIL_TO}</dt>
            <dd><bdi>{recipient}</bdi></dd>
            {subject.map(|subject| view! { <dt>{admin::MAIL_SUBJECT}</dt> <dd>{subject}</dd> })}
            <dt>{admin::MAIL_QUEUED}</dt>
            <dd><Moment at=queued_at /></dd>
            {sent_at.map(|at| view! { <dt>{admin::MAIL_SENT}</dt> <dd><Moment at /></dd> })}
            {next_try_at.map(|at| view! { <dt>{admin::MAIL_NEXT_TRY}</dt> <dd><Due at /></dd> })}
            <dt>{admin::MAIL_TRIES}</dt>
            <dd>{tries}</dd>
            {last_error.map(|error| view! { <dt>{admin::MAIL_ERROR}</dt> <dd>{error}</dd> })}
            <dt>{admin::MAIL_ID}</dt>
            <dd class="copied"><code>{id.clone()}</code> <CopyButton text=id name=admin::MAIL_ID.to_owned() /></dd>
        </dl>
    }
}

#[component]
fn MailContent(content: Option<MailText>) -> impl IntoView {
    let Some(MailText { text, hides_secrets, .. }) = content else {
        return view! { <p class="empty">{admin::CONTENT_GONE}</p> }.into_any();
    };
    view! {
        <section aria-labelledby="says">
            <h2 id="says">{admin::MAIL_TEXT}</h2>
            <pre class="card letter" tabindex="0">{text}</pre>
            {hides_secrets.then(|| view! { <p class="aside">{admin::SECRETS_HIDDEN}</p> })}
        </section>
    }
    .into_any()
}
