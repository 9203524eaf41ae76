//! One field of a form: label, input, hint, and what is wrong with it.

use super::{
    feedback::{Feedback, id_of},
    strength::StrengthMeter,
};
use crate::ui::{
    components::{Icon, Shape},
    words,
};
use leptos::prelude::*;

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// Words of a person.
    Text,
    /// An email address or a name of the machine's kind: nothing is corrected.
    Name,
    /// The digits of a code.
    Code,
    /// Nothing: what stands there is told and sent, not changed.
    Settled,
    Password,
    /// A password that is chosen: its strength is told.
    NewPassword,
}

/// What a field is, whatever stands in it.
#[derive(Debug)]
pub struct FieldSpec {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: InputKind,
    /// What a password manager may fill in (HTML, autofill field names).
    pub autocomplete: &'static str,
}

/// A field. Its error stands beside it and is told with it.
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
            let ids: Vec<String> = [error_id, hint_id.clone()].into_iter().flatten().collect();
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
            type="text"
            value=value
            autocomplete=spec.autocomplete
            inputmode=mode
            autocapitalize=mode.map(|_| "none")
            spellcheck=mode.map(|_| "false")
            readonly=spec.kind == InputKind::Settled
            autofocus=begins_here
            aria-describedby=describes
            aria-invalid=move || error.read().is_some().then_some("true")
        />
    }
}

/// A password, with a button that shows it where there are scripts. It is hidden again as soon as
/// it is sent, lest the browser remember it as plain text.
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
                        (Shape::EyeOff, words::HIDE_PASSWORD)
                    } else {
                        (Shape::Eye, words::SHOW_PASSWORD)
                    };
                    view! { <Icon shape /> <span class="visually-hidden">{word}</span> }
                }}
            </button>
            {meter}
        </div>
    }
}
