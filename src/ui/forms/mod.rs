//! Forms: what they share.

mod feedback;
mod field;
mod refusal;
mod strength;
mod submit;

pub use feedback::Feedback;
pub use field::{Field, FieldSpec, InputKind};
pub use refusal::RefusalAlert;
pub use submit::SubmitButton;
