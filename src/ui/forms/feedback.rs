//! How a form stands: refused or not, waiting or not.

use crate::{
    model::{FnError, Outcome, Refusal, Remedy},
    ui::browser::navigation,
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server_fn::{ServerFn, error::FromServerFnError},
};

/// How a form stands. Begins with what the server said before this page, then follows the answers
/// to `action`.
#[derive(Clone, Copy)]
pub struct Feedback {
    refusal: Memo<Refusal>,
    is_waiting: Memo<bool>,
    is_leaving: RwSignal<bool>,
    begins_at: StoredValue<String>,
    refusal_id: &'static str,
}

impl Feedback {
    /// The feedback of a form that the page begins at, with the field `first`; of any other if empty.
    pub fn of<F>(action: ServerAction<F>, before: Refusal, first: &str) -> Self
    where
        F: ServerFn<Output = Outcome, Error = FnError> + Clone + Send + Sync + 'static,
        F::Error: FromServerFnError,
    {
        // A page can have many forms, but each server function only once.
        let refusal_id = F::PATH;
        let place_of = move |refusal: &Refusal| place_of(refusal, refusal_id);
        let begins_at = StoredValue::new(place_of(&before).unwrap_or_else(|| id_of(first)));
        let value = action.value();
        let refusal = Memo::new(move |_| match value.get() {
            None => before.clone(),
            Some(Ok(Outcome::Done { .. })) => Refusal::default(),
            Some(Ok(Outcome::Refused(refusal))) => refusal,
            Some(Err(error)) => Refusal::of_form(error.to_string()),
        });
        let version = action.version();
        Effect::new(move |_| {
            if matches!(value.get(), Some(Ok(Outcome::Refused(_)))) {
                navigation::forget_passwords();
            }
        });
        Effect::new(move |_| {
            if version.get() > 0
                && let Some(place) = place_of(&refusal.get_untracked())
            {
                navigation::focus(place);
            }
        });
        let pending = action.pending();
        let is_leaving = RwSignal::new(false);
        let is_waiting = Memo::new(move |_| pending.get() || is_leaving.get());
        Self { refusal, is_waiting, is_leaving, begins_at, refusal_id }
    }

    /// Does `then` with where the answer leads and what it says, each time the form is done.
    pub fn when_done<F>(action: ServerAction<F>, then: impl Fn(String, Option<String>) + 'static)
    where
        F: ServerFn<Output = Outcome, Error = FnError> + Clone + Send + Sync + 'static,
    {
        let value = action.value();
        Effect::new(move |_| match value.get() {
            Some(Ok(Outcome::Done { to, notice })) => then(to, notice),
            Some(Err(FnError::SignInRequired)) => navigation::go_to_sign_in(),
            _ => {}
        });
    }

    /// Goes to the page that the answer leads to, where `notice` is said; the form stays busy until
    /// it is there.
    pub fn leave_for(self, path: &str, notice: Option<String>) {
        self.is_leaving.set(true);
        if let Some(notice) = notice {
            navigation::carry_notice(&notice);
        }
        navigation::go(path);
    }

    /// Whether an answer is awaited.
    pub fn is_waiting(self) -> bool {
        self.is_waiting.get()
    }

    /// Keeps a second submission from being sent while the first is answered.
    pub fn hold(self, event: &SubmitEvent) {
        if self.is_waiting.get_untracked() {
            event.prevent_default();
        }
    }

    /// What is wrong with a field.
    pub fn error_of(self, field: &str) -> Option<String> {
        let refusal = self.refusal.read();
        refusal.fields.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// What is wrong with the form as a whole.
    pub fn message(self) -> Option<String> {
        self.refusal.read().message.clone()
    }

    /// What helps.
    pub fn remedy(self) -> Option<Remedy> {
        self.refusal.read().remedy
    }

    /// The id of the place above the form where it says why it was refused.
    pub fn refusal_id(self) -> &'static str {
        self.refusal_id
    }

    /// Whether the page begins with the focus on the element of this id.
    pub fn begins_at(self, id: &str) -> bool {
        self.begins_at.with_value(|begins_at| begins_at == id)
    }
}

/// The id of the input of a field.
pub fn id_of(field: &str) -> String {
    format!("field-{field}")
}

/// Where the focus belongs after a refusal: on the message, else on the first field to blame.
fn place_of(refusal: &Refusal, refusal_id: &str) -> Option<String> {
    match (&refusal.message, refusal.fields.first()) {
        (Some(_), _) => Some(refusal_id.to_owned()),
        (None, Some(error)) => Some(id_of(&error.field)),
        (None, None) => None,
    }
}
