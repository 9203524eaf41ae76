//! Form results: success with a page to go to, or errors to show.

use super::Inspected;
use serde::{Deserialize, Serialize};

/// Names of the forms, so that a message reaches its form after a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormName {
    SignIn,
    SetUp,
    Profile,
    Picture,
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
    NewUser,
    ChangeUser,
    ChangeUsers,
    Import,
    Role,
    ApiKey,
}

/// What is wrong with one field and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Suggestion that the page can offer after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suggestion {
    /// Send the verification mail again.
    ResendVerification,
    /// Reset the password.
    ResetPassword,
    /// Contact the people who run this site, if they say how.
    ContactSupport,
}

/// Errors of a form. `message` appears above the form and belongs to no single field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormErrors {
    pub message: Option<String>,
    /// The field to correct after `message`, which describes it to screen readers.
    pub next_field: Option<String>,
    pub fields: Vec<FieldError>,
    pub suggestion: Option<Suggestion>,
}

impl FormErrors {
    /// Creates an error that belongs to no single field.
    pub fn of_form(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::default() }
    }

    /// Creates an error of one field.
    pub fn of_field(field: &str, message: impl Into<String>) -> Self {
        Self::default().and(field, message)
    }

    /// Adds a field error.
    #[must_use]
    pub fn and(mut self, field: &str, message: impl Into<String>) -> Self {
        self.fields.push(FieldError { field: field.to_owned(), message: message.into() });
        self
    }

    /// Names the field to correct after the message.
    #[must_use]
    pub fn then(mut self, field: &str) -> Self {
        self.next_field = Some(field.to_owned());
        self
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn with(mut self, suggestion: Suggestion) -> Self {
        self.suggestion = Some(suggestion);
        self
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.message.is_none() && self.fields.is_empty()
    }
}

/// Result of a form's server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormResult {
    /// Success: the page to go to, and a notice to show there.
    Done { to: String, notice: Option<String> },
    /// Rejected; nothing was changed.
    Refused(FormErrors),
}

/// A form after it was rejected: its errors and what was typed, except passwords.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    pub errors: FormErrors,
    pub kept: Vec<(String, String)>,
}

impl FormState {
    /// Returns what was typed into `field`.
    pub fn kept(&self, field: &str) -> Option<String> {
        self.kept.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
    }
}

/// Data that one response passes to the next page, shown once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub notice: Option<String>,
    pub form: Option<(FormName, FormState)>,
    /// Result of a token inspection.
    pub inspected: Option<Inspected>,
}

impl Flash {
    /// Returns the state of the form `name`, or the default if there is none.
    pub fn state_of(&self, name: FormName) -> FormState {
        match &self.form {
            Some((form, state)) if *form == name => state.clone(),
            _ => FormState::default(),
        }
    }
}
