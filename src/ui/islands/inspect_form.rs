//! The form that inspects a pasted token.

use crate::{
    model::{FnError, Inspected, Timestamp, pasted},
    server_fns::InspectToken,
    ui::{
        browser::{clock, navigation, times},
        chunk,
        components::{Icon, Shape, TokenParts, TokenVerdict},
        text::{self, inspector},
    },
};
use leptos::{ev::SubmitEvent, form::ActionForm, html, prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

/// Parses a token in the browser as it is typed, and sends it to the server only on submission. `issuer` is
/// this server.
#[island]
pub fn InspectForm(issuer: String, before: Option<Inspected>) -> impl IntoView {
    let action = ServerAction::<InspectToken>::new();
    let input =
        TokenInput { field: NodeRef::new(), inspected: RwSignal::new(before), answered: StoredValue::default() };
    let asked = StoredValue::new(String::new());
    Effect::new(move |_| match action.value().get() {
        // The field has changed since the request, so the result belongs to another token.
        Some(Ok(inspected)) if asked.get_value() == input.typed() => input.show_answer(inspected),
        Some(Err(FnError::SignInRequired)) => navigation::go_to_sign_in(),
        _ => {}
    });
    Effect::new(move |_| {
        input.inspected.track();
        request_animation_frame(times::update_all);
    });
    let ask = move |event: SubmitEvent| {
        if action.pending().get_untracked() {
            return event.prevent_default();
        }
        asked.set_value(input.typed());
    };
    view! {
        <ActionForm action on:submit:capture=ask>
            <FormErrors action />
            <TokenField input issuer />
            <InspectButton action />
        </ActionForm>
        <InspectionResult inspected=input.inspected />
    }
}

/// The pasted token and its inspection.
#[derive(Clone, Copy)]
struct TokenInput {
    field: NodeRef<html::Textarea>,
    inspected: RwSignal<Option<Inspected>>,
    /// Token that the server has inspected.
    answered: StoredValue<String>,
}

impl TokenInput {
    fn typed(self) -> String {
        self.field.get_untracked().map(|field| pasted::token(&field.value())).unwrap_or_default()
    }

    fn show_answer(self, inspected: Inspected) {
        self.answered.set_value(self.typed());
        self.inspected.set(Some(inspected));
    }

    fn inspect_locally(self, issuer: String) {
        let text = self.typed();
        self.answered.set_value(String::new());
        spawn_local(async move {
            let inspected = inspect(text.clone(), issuer, clock::now()).await.ok();
            // Skip if the field has changed meanwhile, or if the server's more complete result has arrived.
            if self.typed() == text && (text.is_empty() || self.answered.get_value() != text) {
                self.inspected.try_set(inspected);
            }
        });
    }
}

/// No inspection: the field is empty, or the parser could not be loaded.
struct NotInspected;

impl From<SplitLoaderError> for NotInspected {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

// Only this page parses tokens.
chunk!(inspector: fn inspect(text: String, issuer: String, now: Timestamp) -> Result<Inspected, NotInspected> {
    if text.is_empty() { Err(NotInspected) } else { Ok(Inspected::without_secret(&text, &issuer, now)) }
});

/// Shows why the request failed. Always present, because live regions must exist before their text.
#[component]
fn FormErrors(action: ServerAction<InspectToken>) -> impl IntoView {
    let why = move || action.value().get().and_then(Result::err).map(|error| error.to_string());
    view! {
        <p class="alert" role="alert">
            {move || why().map(|why| view! { <Icon shape=Shape::Alert /> <span>{why}</span> })}
        </p>
    }
}

#[component]
fn TokenField(input: TokenInput, issuer: String) -> impl IntoView {
    let first = issuer.clone();
    Effect::new(move |_| {
        // The user may have typed before hydration.
        if !input.typed().is_empty() {
            input.inspect_locally(first.clone());
        }
    });
    view! {
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
                node_ref=input.field
                on:input=move |_| input.inspect_locally(issuer.clone())
            ></textarea>
            <p class="hint" id="hint-token">{inspector::TOKEN_HINT}</p>
        </div>
    }
}

#[component]
fn InspectButton(action: ServerAction<InspectToken>) -> impl IntoView {
    let is_waiting = move || action.pending().get();
    view! {
        <button class="spins primary" type="submit" aria-disabled=move || is_waiting().then_some("true")>
            <span>{inspector::ASK}</span>
            <Icon shape=Shape::Spinner />
        </button>
        <span class="visually-hidden" aria-live="polite">{move || is_waiting().then_some(text::WORKING)}</span>
    }
}

#[component]
fn InspectionResult(inspected: RwSignal<Option<Inspected>>) -> impl IntoView {
    // Screen readers announce every write to a live region, so write only when the verdict changes.
    let shown = Memo::new(move |_| inspected.get());
    view! {
        <div class="found" role="region" aria-label=inspector::FOUND>
            <div role="status">{move || shown.get().map(|inspected| view! { <TokenVerdict inspected /> })}</div>
            {move || shown.get().map(|inspected| view! { <TokenParts inspected /> })}
        </div>
    }
}
