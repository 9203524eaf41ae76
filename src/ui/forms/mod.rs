//! Building blocks of forms.

mod account_field;
mod checkbox;
mod feedback;
mod field;
pub mod fields;
mod form;
mod form_error;
mod strength;
mod submit;

pub use account_field::AccountField;
pub use checkbox::Checkbox;
pub use feedback::Feedback;
pub use field::{Field, FieldSpec, InputKind};
pub use form::Form;
pub use form_error::FormErrorAlert;
pub use submit::SubmitButton;
