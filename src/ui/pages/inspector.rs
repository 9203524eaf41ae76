//! The token inspector.

use super::{app_layout::AppLayout, load::load};
use crate::{
    model::Inspector,
    server_fns::inspector,
    ui::{
        components::{TokenParts, TokenVerdict},
        context::PageContext,
        islands::{CopyButton, Expiry, InspectForm},
        text::inspector as text,
    },
};
use leptos::prelude::*;

/// Page that inspects the user's own token or any other, with examples for programs.
#[component]
pub fn InspectorPage() -> impl IntoView {
    load(inspector(), |inspector| view! { <InspectorView inspector /> })
}

#[component]
fn InspectorView(inspector: Inspector) -> impl IntoView {
    let Inspector { own, expires_at, issuer, now } = inspector;
    let asked = PageContext::current().flash.inspected;
    view! {
        <AppLayout class="settings" now>
            <h1>{text::INSPECTOR}</h1>
            <section aria-labelledby="another">
                <div class="about">
                    <h2 id="another">{text::ANOTHER}</h2>
                    <p>{text::ANOTHER_LEAD}</p>
                </div>
                <div class="card">
                    <InspectForm issuer=issuer.clone() before=asked />
                </div>
            </section>
            <section aria-labelledby="own">
                <div class="about">
                    <h2 id="own">{text::OWN}</h2>
                    <p>{text::OWN_LEAD}</p>
                </div>
                <div class="card">
                    <TokenVerdict inspected=own.clone() />
                    <Expiry expires_at now />
                    <TokenParts inspected=own />
                </div>
            </section>
            <Programs server=issuer />
        </AppLayout>
    }
}

#[component]
fn Programs(server: String) -> impl IntoView {
    let snippets = text::snippets(&server).map(|(language, text)| {
        view! {
            <div class="card">
                <div class="titled">
                    <h3>{language}</h3>
                    <CopyButton text=text.clone() name=language.to_owned() />
                </div>
                <pre class="letter" tabindex="0" role="region" aria-label=language><code>{text}</code></pre>
            </div>
        }
    });
    view! {
        <section aria-labelledby="programs">
            <div class="about">
                <h2 id="programs">{text::PROGRAMS}</h2>
                <p>{text::PROGRAMS_LEAD}</p>
            </div>
            <div class="stack">{snippets.collect_view()}</div>
        </section>
    }
}
