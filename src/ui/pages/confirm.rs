//! The password confirmation page.

use super::load::load;
use crate::{
    model::{FormName, Page},
    server_fns::account,
    ui::{
        components::AuthLayout,
        context::PageContext,
        islands::{CarriedNotice, ConfirmForm, SignedInTab},
        text::{self, own_account},
    },
};
use leptos::prelude::*;

/// Page that asks for the password again and leads to `next`, if the address names a path of this site.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    load(account(), |account| view! { <ConfirmView email=account.email /> })
}

#[component]
fn ConfirmView(email: String) -> impl IntoView {
    let PageContext { flash, next, .. } = PageContext::current();
    let next = next.unwrap_or_else(|| Page::OwnAccount.path().to_owned());
    view! {
        <AuthLayout title=own_account::CONFIRM>
            <p>{own_account::CONFIRM_LEAD} " " <bdi class="address">{email.clone()}</bdi></p>
            <CarriedNotice />
            <ConfirmForm before=flash.state_of(FormName::Confirm) email next=next.clone() />
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=next>{own_account::BACK}</a>
                <a href=Page::ForgotPassword.path()>{text::FORGOT_PASSWORD}</a>
            </nav>
            <SignedInTab />
        </AuthLayout>
    }
}
