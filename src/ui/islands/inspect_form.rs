//! Looking into a token that is pasted.

use crate::{
    model::Inspected,
    server_fns::{FnError, InspectToken},
    ui::{
        browser::{clock, navigation, times},
        components::{Icon, Shape, TokenParts, TokenVerdict},
        words::{self, inspector},
    },
};
use leptos::{form::ActionForm, html, prelude::*};

/// Reads a token while it is typed, here in the browser; sends it only when the server is asked. `issuer`
/// is this server.
#[island]
pub fn InspectForm(issuer: String, before: Option<Inspected>) -> impl IntoView {
    let action = ServerAction::<InspectToken>::new();
    let field = NodeRef::<html::Textarea>::new();
    let typed = move || field.get_untracked().map(|field| field.value().trim().to_owned()).unwrap_or_default();
    let shown = RwSignal::new(before);
    let read = move || {
        let text = typed();
        let found = (!text.is_empty()).then(|| Inspected::without_secret(&text, &issuer, clock::now()));
        shown.set(found);
    };
    let first = read.clone();
    Effect::new(move |_| {
        // Typed before this woke.
        if !typed().is_empty() {
            first();
        }
    });
    Effect::new(move |_| match action.value().get() {
        // What was typed meanwhile is another token.
        Some(Ok(inspected)) if action.input().get_untracked().is_none_or(|sent| sent.token.trim() == typed()) => {
            shown.set(Some(inspected));
        }
        Some(Err(FnError::SignInRequired)) => navigation::go_to_sign_in(),
        _ => {}
    });
    Effect::new(move |_| {
        shown.track();
        request_animation_frame(times::retell);
    });
    view! {
        <ActionForm
            action
            on:submit:capture=move |event| if action.pending().get_untracked() { event.prevent_default() }
        >
            <Refusal action />
            <div class="field">
                <label for="token">{inspector::TOKEN}</label>
                <textarea
                    id="token"
                    name="token"
                    rows="6"
                    required
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby="hint-token"
                    node_ref=field
                    on:input=move |_| read()
                ></textarea>
                <p class="hint" id="hint-token">{inspector::TOKEN_HINT}</p>
            </div>
            <Ask action />
        </ActionForm>
        <Found shown />
    }
}

/// Why the server did not answer. There from the beginning, as a live region must be.
#[component]
fn Refusal(action: ServerAction<InspectToken>) -> impl IntoView {
    let why = move || action.value().get().and_then(Result::err).map(|error| error.to_string());
    view! {
        <p class="alert" role="alert">
            {move || why().map(|why| view! { <Icon shape=Shape::Alert /> <span>{why}</span> })}
        </p>
    }
}

#[component]
fn Ask(action: ServerAction<InspectToken>) -> impl IntoView {
    let is_waiting = move || action.pending().get();
    view! {
        <button class="spins primary" type="submit" aria-disabled=move || is_waiting().then_some("true")>
            <span>{inspector::ASK}</span>
            <Icon shape=Shape::Spinner />
        </button>
        <span class="visually-hidden" aria-live="polite">{move || is_waiting().then_some(words::WORKING)}</span>
    }
}

#[component]
fn Found(shown: RwSignal<Option<Inspected>>) -> impl IntoView {
    // A live region speaks whenever it is written to: only when the verdict is another.
    let judged = Memo::new(move |_| shown.get());
    view! {
        <div class="found" role="region" aria-label=inspector::FOUND>
            <div role="status">{move || judged.get().map(|inspected| view! { <TokenVerdict inspected /> })}</div>
            {move || judged.get().map(|inspected| view! { <TokenParts inspected /> })}
        </div>
    }
}
