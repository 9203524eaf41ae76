//! The state of a form: pending, done, or rejected with errors.

use crate::{
    model::{FnError, FormErrors, FormResult, Suggestion},
    ui::browser::{inputs, navigation, post::post},
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};

/// State of a form. Starts with the errors from the previous response, then follows the results.
#[derive(Clone, Copy)]
pub struct Feedback {
    path: &'static str,
    /// Fields that were sent, URL-encoded, until the response arrives.
    sent: RwSignal<Option<String>>,
    result: RwSignal<Option<Result<FormResult, FnError>>>,
    errors: Memo<FormErrors>,
    is_waiting: Memo<bool>,
    is_leaving: RwSignal<bool>,
    begins_at: StoredValue<String>,
}

impl Feedback {
    /// Creates the state of a form that redirects when it succeeds (see `of`).
    pub fn redirecting<F: ServerFn>(before: FormErrors, first: &str) -> Self {
        let form = Self::of::<F>(before, first);
        form.when_done(move |to, notice| form.leave_for(&to, notice));
        form
    }

    /// Creates the state of a form. The page focuses the field `first` on load, unless it is empty; errors take
    /// precedence.
    pub fn of<F: ServerFn>(before: FormErrors, first: &str) -> Self {
        Self::at(F::PATH, before, first)
    }

    fn at(path: &'static str, before: FormErrors, first: &str) -> Self {
        let begins_at = StoredValue::new(place_of(&before, path).unwrap_or_else(|| id_of(first)));
        let result = RwSignal::new(None);
        let errors = Memo::new(move |_| match result.get() {
            None => before.clone(),
            Some(Ok(FormResult::Done { .. })) => FormErrors::default(),
            Some(Ok(FormResult::Refused(errors))) => errors,
            Some(Err(error)) => FormErrors::of_form(FnError::to_string(&error)),
        });
        Effect::new(move |_| {
            let Some(result) = result.get() else { return };
            if matches!(result, Ok(FormResult::Refused(_))) {
                navigation::forget_passwords();
            }
            if let Some(place) = place_of(&errors.get_untracked(), path) {
                navigation::focus(place);
            }
        });
        let sent = RwSignal::new(None);
        let is_leaving = RwSignal::new(false);
        let is_waiting = Memo::new(move |_| sent.read().is_some() || is_leaving.get());
        Self { path, sent, result, errors, is_waiting, is_leaving, begins_at }
    }

    /// Calls `then` with the target page and the notice each time the form succeeds. If the session has ended,
    /// navigates to the sign-in page.
    pub fn when_done(self, then: impl Fn(String, Option<String>) + 'static) {
        Effect::new(move |_| match self.result.get() {
            Some(Ok(FormResult::Done { to, notice })) => then(to, notice),
            Some(Err(FnError::SignInRequired)) => navigation::go_to_sign_in(),
            _ => {}
        });
    }

    /// Returns the path of the server function.
    pub fn path(self) -> &'static str {
        self.path
    }

    /// Sends the form, unless a response is pending.
    pub fn submit(self, event: &SubmitEvent) {
        let Some(fields) = inputs::encoded(event) else { return };
        event.prevent_default();
        if self.is_waiting.get_untracked() {
            return;
        }
        self.sent.set(Some(fields.clone()));
        spawn_local(async move {
            let result = post(self.path, fields).await;
            self.sent.try_set(None);
            self.result.try_set(Some(result));
        });
    }

    /// Returns the value of a field in the request that is pending.
    pub fn sent(self, field: &str) -> Option<String> {
        self.sent.read().as_deref().and_then(|fields| inputs::decoded(fields, field))
    }

    /// Navigates to the page that the response names and shows `notice` there. The form stays pending until
    /// that page has loaded.
    pub fn leave_for(self, path: &str, notice: Option<String>) {
        self.is_leaving.set(true);
        if let Some(notice) = notice {
            navigation::carry_notice(&notice);
        }
        navigation::go(path);
    }

    /// Returns whether a response is pending.
    pub fn is_waiting(self) -> bool {
        self.is_waiting.get()
    }

    /// Returns the error of a field.
    pub fn error_of(self, field: &str) -> Option<String> {
        let errors = self.errors.read();
        errors.fields.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// Returns the error of the form as a whole.
    pub fn message(self) -> Option<String> {
        self.errors.read().message.clone()
    }

    /// Returns whether the error of the form as a whole is corrected in this field.
    pub fn is_about(self, field: &str) -> bool {
        let errors = self.errors.read();
        errors.message.is_some() && errors.next_field.as_deref() == Some(field)
    }

    /// Returns the suggestion that accompanies the errors.
    pub fn suggestion(self) -> Option<Suggestion> {
        self.errors.read().suggestion
    }

    /// Returns the id of the element above the form that shows its error: a page can have many forms, but each
    /// server function only once.
    pub fn alert_id(self) -> &'static str {
        self.path
    }

    /// Returns whether the element with this id has the initial focus.
    pub fn begins_at(self, id: &str) -> bool {
        self.begins_at.with_value(|begins_at| begins_at == id)
    }
}

/// Returns the id of a field's input.
pub fn id_of(field: &str) -> String {
    format!("field-{field}")
}

/// Returns the id to focus after errors: the field to correct, the message, or else the first field with an error.
fn place_of(errors: &FormErrors, alert_id: &str) -> Option<String> {
    match (&errors.next_field, &errors.message, errors.fields.first()) {
        (Some(field), ..) => Some(id_of(field)),
        (None, Some(_), _) => Some(alert_id.to_owned()),
        (None, None, Some(error)) => Some(id_of(&error.field)),
        (None, None, None) => None,
    }
}
