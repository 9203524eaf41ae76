//! The form that inspects a pasted token.

use crate::{
    model::{FnError, Inspected, Timestamp, pasted},
    server_fns::InspectToken,
    ui::{
        browser::{clock, inputs, navigation, post::post, times},
        chunk,
        components::{Icon, Shape, TokenParts, TokenVerdict},
        text::{self, inspector},
    },
};
use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::ServerFn, task::spawn_local, wasm_split::SplitLoaderError};

/// Parses a token in the browser as it is typed, and sends it to the server only on submission. `issuer` is
/// this server.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn InspectForm(issuer: String, before: Option<Inspected>) -> impl IntoView {
    let input =
        TokenInput { field: NodeRef::new(), inspected: RwSignal::new(before), answered: StoredValue::default() };
    let call = Call { is_waiting: RwSignal::new(false), error: RwSignal::new(None) };
    Effect::new(move |_| {
        input.inspected.track();
        request_animation_frame(times::update_all);
    });
    view! {
        <form method="post" action=InspectToken::PATH on:submit=move |event| call.submit(&event, input)>
            <FormErrors call />
            <TokenField input issuer />
            <InspectButton call />
        </form>
        <InspectionResult inspected=input.inspected />
    }
}

/// The request to the server: whether it is pending, and why it failed.
#[derive(Clone, Copy)]
struct Call {
    is_waiting: RwSignal<bool>,
    error: RwSignal<Option<FnError>>,
}

impl Call {
    fn submit(self, event: &SubmitEvent, input: TokenInput) {
        let Some(fields) = inputs::encoded(event) else { return };
        event.prevent_default();
        if self.is_waiting.get_untracked() {
            return;
        }
        self.is_waiting.set(true);
        let asked = input.typed();
        spawn_local(async move {
            let result = post(InspectToken::PATH, fields).await;
            self.is_waiting.set(false);
            self.error.set(result.as_ref().err().cloned());
            match result {
                // Otherwise the field has changed since the request, so the result belongs to another token.
                Ok(inspected) if asked == input.typed() => input.show_answer(inspected),
                Err(FnError::SignInRequired) => navigation::go_to_sign_in(),
                _ => {}
            }
        });
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
fn FormErrors(call: Call) -> impl IntoView {
    let why = move || call.error.get().map(|error| error.to_string());
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
fn InspectButton(call: Call) -> impl IntoView {
    let is_waiting = move || call.is_waiting.get();
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
