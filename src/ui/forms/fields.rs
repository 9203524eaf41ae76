//! Fields that several forms have. A form that names one differently derives its own: `FieldSpec { label, ..EMAIL }`.

use super::{FieldSpec, InputKind};
use crate::ui::text;

pub const NAME: FieldSpec = FieldSpec { name: "name", label: text::NAME, kind: InputKind::Text, autocomplete: "name" };
pub const EMAIL: FieldSpec =
    FieldSpec { name: "email", label: text::EMAIL, kind: InputKind::Name, autocomplete: "email" };
pub const USERNAME: FieldSpec =
    FieldSpec { name: "username", label: text::USERNAME, kind: InputKind::Name, autocomplete: "username" };
/// What a person signs in with: email address or username.
pub const IDENTIFIER: FieldSpec =
    FieldSpec { name: "identifier", label: text::IDENTIFIER, kind: InputKind::Name, autocomplete: "username" };
/// The account's current password.
pub const PASSWORD: FieldSpec =
    FieldSpec { name: "password", label: text::PASSWORD, kind: InputKind::Password, autocomplete: "current-password" };
pub const NEW_PASSWORD: FieldSpec =
    FieldSpec { name: "password", label: text::PASSWORD, kind: InputKind::NewPassword, autocomplete: "new-password" };
/// Code from a mail.
pub const CODE: FieldSpec =
    FieldSpec { name: "code", label: text::CODE, kind: InputKind::Code, autocomplete: "one-time-code" };
