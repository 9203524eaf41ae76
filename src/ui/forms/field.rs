//! A form field: label, input, hint and error.

use super::{
    feedback::{Feedback, id_of},
    strength::StrengthMeter,
};
use crate::ui::{
    components::{Icon, Shape},
    text,
};
use leptos::prelude::*;

/// Kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// Free text.
    Text,
    /// Email address or username, without autocorrection.
    Name,
    /// Digits of a code.
    Code,
    /// Read-only value that is shown and submitted.
    ReadOnly,
    /// Date and time.
    Moment,
    Password,
    /// New password, with a strength meter.
    NewPassword,
}

/// Static description of a field.
#[derive(Debug)]
pub struct FieldSpec {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: InputKind,
    /// What a password manager may fill in (HTML, autofill field names).
    pub autocomplete: &'static str,
}

/// Form field. Its error and hint are linked to the input for screen readers.
#[component]
pub fn Field(
    spec: &'static FieldSpec,
    form: Feedback,
    /// What was typed before.
    #[prop(default = None)]
    value: Option<String>,
    #[prop(into, default = None)] hint: Option<String>,
) -> impl IntoView {
    let error = Memo::new(move |_| form.error_of(spec.name));
    let hint_id = hint.is_some().then(|| format!("hint-{}", spec.name));
    let error_id = format!("error-{}", spec.name);
    let describes = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let error_id = error.read().is_some().then(|| error_id.clone());
            let alert_id = form.is_about(spec.name).then(|| form.alert_id().to_owned());
            let ids: Vec<String> = [alert_id, error_id, hint_id.clone()].into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let input = Input { spec, form, value, error, describes: Signal::derive(describes) };
    view! {
        <div class="field">
            <label for=id_of(spec.name)>{spec.label}</label>
            {match spec.kind {
                InputKind::Password | InputKind::NewPassword => view! { <PasswordInput input /> }.into_any(),
                _ => view! { <TextInput input /> }.into_any(),
            }}
            <p class="error" id=error_id>
                {move || error.get().map(|message| view! {
                    <Icon shape=Shape::Alert />
                    <span>{message}</span>
                })}
            </p>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

struct Input {
    spec: &'static FieldSpec,
    form: Feedback,
    value: Option<String>,
    error: Memo<Option<String>>,
    describes: Signal<Option<String>>,
}

#[component]
fn TextInput(input: Input) -> impl IntoView {
    let Input { spec, form, value, error, describes } = input;
    let mode = match spec.kind {
        InputKind::Name => Some("email"),
        InputKind::Code => Some("numeric"),
        _ => None,
    };
    let id = id_of(spec.name);
    let begins_here = form.begins_at(&id);
    view! {
        <input
            id=id
            name=spec.name
            type=if spec.kind == InputKind::Moment { "datetime-local" } else { "text" }
            value=value
            autocomplete=spec.autocomplete
            inputmode=mode
            autocapitalize=mode.map(|_| "none")
            spellcheck=mode.map(|_| "false")
            readonly=spec.kind == InputKind::ReadOnly
            autofocus=begins_here
            aria-describedby=describes
            aria-invalid=move || error.read().is_some().then_some("true")
        />
    }
}

/// Password input with a button that reveals it, if scripts run.
///
/// The password is hidden again on submission, so that the browser does not remember it as plain text.
#[component]
fn PasswordInput(input: Input) -> impl IntoView {
    let Input { spec, form, error, describes, .. } = input;
    let can_show = RwSignal::new(false);
    let wants_shown = RwSignal::new(false);
    let is_shown = move || wants_shown.get() && !form.is_waiting();
    Effect::new(move |_| can_show.set(true));
    let id = id_of(spec.name);
    let begins_here = form.begins_at(&id);
    let meter = (spec.kind == InputKind::NewPassword).then(|| view! { <StrengthMeter of=id.clone() /> });
    view! {
        <div class="password">
            <input
                id=id
                name=spec.name
                type=move || if is_shown() { "text" } else { "password" }
                autocomplete=spec.autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=begins_here
                aria-describedby=describes
                aria-invalid=move || error.read().is_some().then_some("true")
            />
            <button type="button" hidden=move || !can_show.get() on:click=move |_| wants_shown.update(|shown| *shown = !*shown)>
                {move || {
                    let (shape, word) = if is_shown() {
                        (Shape::EyeOff, text::HIDE_PASSWORD)
                    } else {
                        (Shape::Eye, text::SHOW_PASSWORD)
                    };
                    view! { <Icon shape /> <span class="visually-hidden">{word}</span> }
                }}
            </button>
            {meter}
        </div>
    }
}
