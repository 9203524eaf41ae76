//! The part of the account page about an email address that waits to be verified.

use crate::{
    model::{FormState, PendingEmail},
    server_fns::{CancelEmailChange, ResendEmailChange},
    ui::{components::Due, islands::EmailCodeForm, text::own_account},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Shows where the email went, with a form for its code and buttons to send it again and to cancel the change.
#[component]
pub fn PendingEmailView(pending: PendingEmail, before: FormState) -> impl IntoView {
    let PendingEmail { address, ends_at } = pending;
    view! {
        <div class="pending">
            <p>
                {own_account::WAITING_FOR} " " <strong><bdi>{address}</bdi></strong>
            </p>
            <p class="hint">{own_account::WAITING_UNTIL} " " <Due at=ends_at /></p>
        </div>
        <EmailCodeForm before />
        <div class="again">
            <form method="post" action=ResendEmailChange::PATH>
                <button type="submit">{own_account::RESEND_EMAIL}</button>
            </form>
            <form method="post" action=CancelEmailChange::PATH>
                <button type="submit">{own_account::CANCEL_EMAIL}</button>
            </form>
        </div>
    }
}
