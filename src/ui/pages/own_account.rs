//! The account page.

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
    own_picture::Picture,
    pending_email::PendingEmailView,
};
use crate::{
    model::{Account, FormErrors, FormName, FormState, Page, SessionsPage, initials},
    server_fns::account,
    ui::{
        components::{Icon, Moment, Shape},
        context::PageContext,
        islands::{DeleteAccountForm, NewEmailForm, PasswordForm, RenameForm},
        text::{self, own_account},
    },
};
use leptos::prelude::*;

/// Page to change profile, email address and password, and to delete the account.
#[component]
pub fn OwnAccountPage() -> impl IntoView {
    load(account(), |account| view! { <AccountSections account /> })
}

#[component]
fn AccountSections(account: Account) -> impl IntoView {
    let Account { name, email, picture, now, .. } = account.clone();
    view! {
        <AppLayout class="settings" now>
            <h1>{text::ACCOUNT}</h1>
            <Notices />
            <section aria-labelledby="profile">
                <div class="about">
                    <h2 id="profile">{own_account::PROFILE}</h2>
                    <p>{own_account::PROFILE_LEAD}</p>
                </div>
                <div class="card">
                    <RenameForm before=before(FormName::Profile) name=name.clone() />
                </div>
            </section>
            <Picture picture initials=initials(&name) />
            <Email account=account.clone() />
            <section aria-labelledby="password">
                <div class="about">
                    <h2 id="password">{text::PASSWORD}</h2>
                    <p>{own_account::PASSWORD_LEAD}</p>
                </div>
                <div class="card">
                    <PasswordForm
                        before=before(FormName::NewPassword)
                        min_password_length=PageContext::current().min_password_length
                        email
                    />
                </div>
            </section>
            <Sessions count=account.sessions />
            <Data is_fresh=account.is_fresh />
            <Delete account />
        </AppLayout>
    }
}

#[component]
fn Email(account: Account) -> impl IntoView {
    let Account { email, is_email_confirmed, pending_email, email_frozen_until, is_fresh, .. } = account;
    let (state, shape, word) = if is_email_confirmed {
        ("live", Shape::Check, own_account::CONFIRMED)
    } else {
        ("soon", Shape::Warning, own_account::UNCONFIRMED)
    };
    view! {
        <section aria-labelledby="email">
            <div class="about">
                <h2 id="email">{text::EMAIL}</h2>
                <p>{own_account::EMAIL_LEAD}</p>
            </div>
            <div class="card">
                <p class="stated">
                    <bdi>{email}</bdi>
                    <span class="state" data-stage=state><Icon shape />{word}</span>
                </p>
                {match (email_frozen_until, pending_email) {
                    (Some(at), _) => {
                        view! { <p>{own_account::EMAIL_FROZEN} " " <Moment at /> "."</p> }.into_any()
                    }
                    (None, Some(pending)) => {
                        view! { <PendingEmailView pending before=before(FormName::EmailCode) /> }.into_any()
                    }
                    (None, None) if is_fresh => view! { <NewEmailForm before=new_email_before() /> }.into_any(),
                    (None, None) => view! { <ConfirmFirst next=Page::OwnAccount /> }.into_any(),
                }}
            </div>
        </section>
    }
}

#[component]
fn Sessions(count: usize) -> impl IntoView {
    view! {
        <section aria-labelledby="sessions">
            <div class="about">
                <h2 id="sessions">{own_account::SESSIONS}</h2>
                <p>{own_account::SESSIONS_SHORT_LEAD}</p>
            </div>
            <div class="card first">
                <p>{own_account::count_of_sessions(count)}</p>
                <a class="button" href=SessionsPage::Account.path()>{text::ALL_SESSIONS}</a>
            </div>
        </section>
    }
}

#[component]
fn Data(is_fresh: bool) -> impl IntoView {
    view! {
        <section aria-labelledby="data">
            <div class="about">
                <h2 id="data">{own_account::DATA}</h2>
                <p>{own_account::DATA_LEAD}</p>
            </div>
            <div class="card first">
                {if is_fresh {
                    view! { <a class="button" href=Page::OWN_DATA download="">{own_account::DOWNLOAD}</a> }.into_any()
                } else {
                    view! { <ConfirmFirst next=Page::OwnAccount /> }.into_any()
                }}
            </div>
        </section>
    }
}

#[component]
fn Delete(account: Account) -> impl IntoView {
    view! {
        <section aria-labelledby="delete">
            <div class="about">
                <h2 id="delete">{own_account::DELETE}</h2>
                <p>{own_account::DELETE_LEAD}</p>
            </div>
            <div class="card grave">
                <ul class="points">
                    <li>{own_account::DELETE_PROFILE}</li>
                    <li>{own_account::DELETE_SESSIONS}</li>
                    <li>{own_account::DELETE_LOG}</li>
                </ul>
                {if account.is_fresh {
                    view! { <DeleteAccountForm before=before(FormName::DeleteAccount) /> }.into_any()
                } else {
                    view! { <ConfirmFirst next=Page::OwnAccount /> }.into_any()
                }}
            </div>
        </section>
    }
}

/// Shown on the page `next` instead of a form that needs a fresh sign-in, so that the user does not fill it in for nothing.
#[component]
pub fn ConfirmFirst(next: Page) -> impl IntoView {
    view! {
        <div class="first">
            <p>{own_account::CONFIRM_FIRST}</p>
            <a class="button" href=Page::Confirm.with([("next", next.path())])>{own_account::CONFIRM}</a>
        </div>
    }
}

/// Returns the state of the form for a new address. A code that came too late is reported there: its own form is gone.
fn new_email_before() -> FormState {
    let late = before(FormName::EmailCode).errors;
    let message = late.message.or_else(|| late.fields.first().map(|error| error.message.clone()));
    match message {
        Some(message) => FormState { errors: FormErrors::of_form(message), ..FormState::default() },
        None => before(FormName::NewEmail),
    }
}

fn before(form: FormName) -> FormState {
    PageContext::current().flash.state_of(form)
}
