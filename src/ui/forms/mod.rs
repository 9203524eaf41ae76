//! Building blocks of forms.

mod checkbox;
mod feedback;
mod field;
mod refusal;
mod strength;
mod submit;
mod whose;

pub use checkbox::Checkbox;
pub use feedback::Feedback;
pub use field::{Field, FieldSpec, InputKind};
pub use refusal::RefusalAlert;
pub use submit::SubmitButton;
pub use whose::Whose;
