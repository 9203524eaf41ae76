//! The state of a form: pending, done, or rejected with errors.

use crate::{
    model::{FnError, FormErrors, FormResult, Suggestion},
    ui::browser::navigation,
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server_fn::{ServerFn, error::FromServerFnError},
};

/// State of a form. Starts with the errors from the previous response, then follows the results of `action`.
#[derive(Clone, Copy)]
pub struct Feedback {
    errors: Memo<FormErrors>,
    is_waiting: Memo<bool>,
    is_leaving: RwSignal<bool>,
    begins_at: StoredValue<String>,
    alert_id: &'static str,
}

impl Feedback {
    /// Creates the action of a form that redirects when it succeeds, and the state of the form (see `of`).
    pub fn redirecting<F>(before: FormErrors, first: &str) -> (ServerAction<F>, Self)
    where
        F: ServerFn<Output = FormResult, Error = FnError> + Clone + Send + Sync + 'static,
        F::Error: FromServerFnError,
    {
        let action = ServerAction::new();
        let form = Self::of(action, before, first);
        Self::when_done(action, move |to, notice| form.leave_for(&to, notice));
        (action, form)
    }

    /// Creates the state of a form. The page focuses the field `first` on load, unless it is empty; errors take
    /// precedence.
    pub fn of<F>(action: ServerAction<F>, before: FormErrors, first: &str) -> Self
    where
        F: ServerFn<Output = FormResult, Error = FnError> + Clone + Send + Sync + 'static,
        F::Error: FromServerFnError,
    {
        // A page can have many forms, but each server function only once.
        let alert_id = F::PATH;
        let place_of = move |errors: &FormErrors| place_of(errors, alert_id);
        let begins_at = StoredValue::new(place_of(&before).unwrap_or_else(|| id_of(first)));
        let value = action.value();
        let errors = Memo::new(move |_| match value.get() {
            None => before.clone(),
            Some(Ok(FormResult::Done { .. })) => FormErrors::default(),
            Some(Ok(FormResult::Refused(errors))) => errors,
            Some(Err(error)) => FormErrors::of_form(error.to_string()),
        });
        let version = action.version();
        Effect::new(move |_| {
            if matches!(value.get(), Some(Ok(FormResult::Refused(_)))) {
                navigation::forget_passwords();
            }
        });
        Effect::new(move |_| {
            if version.get() > 0
                && let Some(place) = place_of(&errors.get_untracked())
            {
                navigation::focus(place);
            }
        });
        let pending = action.pending();
        let is_leaving = RwSignal::new(false);
        let is_waiting = Memo::new(move |_| pending.get() || is_leaving.get());
        Self { errors, is_waiting, is_leaving, begins_at, alert_id }
    }

    /// Calls `then` with the target page and the notice each time the form succeeds. If the session has ended,
    /// navigates to the sign-in page.
    pub fn when_done<F>(action: ServerAction<F>, then: impl Fn(String, Option<String>) + 'static)
    where
        F: ServerFn<Output = FormResult, Error = FnError> + Clone + Send + Sync + 'static,
    {
        let value = action.value();
        Effect::new(move |_| match value.get() {
            Some(Ok(FormResult::Done { to, notice })) => then(to, notice),
            Some(Err(FnError::SignInRequired)) => navigation::go_to_sign_in(),
            _ => {}
        });
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

    /// Blocks a second submission while the first is pending.
    pub fn hold(self, event: &SubmitEvent) {
        if self.is_waiting.get_untracked() {
            event.prevent_default();
        }
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

    /// Returns the id of the element above the form that shows its error.
    pub fn alert_id(self) -> &'static str {
        self.alert_id
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
