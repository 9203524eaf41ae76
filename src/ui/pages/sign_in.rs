//! The sign-in page.

use crate::{
    model::{FormName, Page, Registration},
    ui::{
        components::{AuthLayout, Icon, Notice, Shape},
        context::PageContext,
        islands::{CarriedNotice, SignInForm, SignInTab},
        text,
    },
};
use leptos::prelude::*;

/// Page that signs in and leads to `next`, if the address names a path of this site.
#[component]
pub fn SignInPage() -> impl IntoView {
    let PageContext { flash, had_bad_token, next, here, registration, brand, .. } = PageContext::current();
    let support = brand.links.support.clone();
    let on_sign_in = next.clone().unwrap_or_else(|| Page::Dashboard.path().to_owned());
    view! {
        <AuthLayout title=text::SIGN_IN>
            {flash.notice.clone().map(|text| view! { <Notice text /> })}
            {had_bad_token.then(|| view! {
                <p class="notice warning" role="status">
                    <Icon shape=Shape::Warning />
                    <span>{text::BAD_TOKEN}</span>
                </p>
            })}
            <CarriedNotice />
            <SignInForm before=flash.state_of(FormName::SignIn) next here support />
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::ForgotPassword.path()>{text::FORGOT_PASSWORD}</a>
                {(registration == Registration::Open).then(|| view! { <a href=Page::Register.path()>{text::NEW_HERE}</a> })}
            </nav>
            <SignInTab next=on_sign_in />
        </AuthLayout>
    }
}
