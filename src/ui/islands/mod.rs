//! What lives in the browser. Everything else of a page ships no code.

mod carried_notice;
mod local_times;
mod other_sessions;
mod rename_form;
mod set_up_form;
mod sign_in_form;
mod tabs;
mod token_dial;
mod token_life;

mod code_form;
mod confirm_form;
mod forgot_password_form;
mod register_form;
mod resend_form;
mod reset_password_form;
mod unlock_form;

pub use carried_notice::CarriedNotice;
pub use local_times::LocalTimes;
pub use other_sessions::OtherSessions;
pub use rename_form::RenameForm;
pub use set_up_form::SetUpForm;
pub use sign_in_form::SignInForm;
pub use tabs::{SignInTab, SignedInTab};
pub use token_life::TokenLifeDial;

pub use code_form::CodeForm;
pub use confirm_form::ConfirmForm;
pub use forgot_password_form::ForgotPasswordForm;
pub use register_form::RegisterForm;
pub use resend_form::ResendForm;
pub use reset_password_form::ResetPasswordForm;
pub use unlock_form::UnlockForm;
