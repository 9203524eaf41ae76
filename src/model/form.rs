//! What a form answers: done and where to go, or refused and why.

use super::Inspected;
use serde::{Deserialize, Serialize};

/// The forms, so that a message finds the form it belongs to after a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormName {
    SignIn,
    SetUp,
    Profile,
    Register,
    VerifyEmail,
    ResendVerification,
    ForgotPassword,
    ResetPassword,
    Unlock,
    StopEmailChange,
    NewEmail,
    EmailCode,
    NewPassword,
    DeleteAccount,
    Confirm,
    Invite,
    ResendMail,
}

/// What is wrong with one field, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// What helps somebody whose form was refused, where the page can do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// The mail that confirms the address, once more.
    ResendVerification,
}

/// Why a form was refused. `message` is said above the form where no field is to blame.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub message: Option<String>,
    pub fields: Vec<FieldError>,
    pub remedy: Option<Remedy>,
}

impl Refusal {
    /// A refusal that no single field is to blame for.
    pub fn of_form(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::default() }
    }

    /// A refusal of one field.
    pub fn of_field(field: &str, message: impl Into<String>) -> Self {
        Self::default().and(field, message)
    }

    /// The same with one more field.
    #[must_use]
    pub fn and(mut self, field: &str, message: impl Into<String>) -> Self {
        self.fields.push(FieldError { field: field.to_owned(), message: message.into() });
        self
    }

    /// The same with what helps.
    #[must_use]
    pub fn with(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.message.is_none() && self.fields.is_empty()
    }
}

/// What a form's server function answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done: the page to go to, and what to say there.
    Done { to: String, notice: Option<String> },
    /// Refused: nothing was changed.
    Refused(Refusal),
}

/// A form as it stands after it was refused: what was typed (never passwords) and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    pub refusal: Refusal,
    pub kept: Vec<(String, String)>,
}

impl FormState {
    /// What was typed into `field`.
    pub fn kept(&self, field: &str) -> Option<String> {
        self.kept.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
    }
}

/// What one answer leaves for the next page to say, once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub notice: Option<String>,
    pub form: Option<(FormName, FormState)>,
    /// What the server said of a token.
    pub inspected: Option<Inspected>,
}

impl Flash {
    /// The state of `name`, fresh if nothing was said about it.
    pub fn state_of(&self, name: FormName) -> FormState {
        match &self.form {
            Some((form, state)) if *form == name => state.clone(),
            _ => FormState::default(),
        }
    }
}
