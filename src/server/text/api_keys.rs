//! Errors of the form for an API key.

use crate::{
    model::{FnError, FormErrors},
    server::services::ApiKeyError,
};

/// Returns the sentence for the form, at its field. Other errors are not the form's.
pub fn api_key_errors(error: ApiKeyError) -> Result<FormErrors, FnError> {
    let field = match error {
        ApiKeyError::Name => "name",
        ApiKeyError::Networks => "networks",
        ApiKeyError::UnknownScope | ApiKeyError::BeyondOwner => {
            return Ok(FormErrors::of_form("Choose only permissions that you have."));
        }
        ApiKeyError::Past => return Ok(FormErrors::of_form("Choose when the key expires.")),
        ApiKeyError::TooMany => return Ok(FormErrors::of_form(format!("{error}."))),
        ApiKeyError::NotFresh => return Ok(FormErrors::of_form("Confirm your password first.")),
        ApiKeyError::Service(error) => return Err(error.into()),
    };
    Ok(FormErrors::of_field(field, format!("{error}.")))
}
