//! Islands: the parts of pages that run in the browser. The rest of a page ships no code.
//!
//! A page whose islands are all forms, by their names, loads no code until it is used: see `public/start.js`. In the
//! release build, islands that only some pages need are lazy: see [chunks](super::chunk).

mod carried_notice;
mod code_form;
mod confirm_form;
mod copy_button;
mod delete_account_form;
mod email_forms;
mod end_others;
mod expiry;
mod find_user_form;
mod forgot_password_form;
mod inspect_form;
mod invite_form;
mod local_times;
mod monitor;
mod other_sessions;
mod password_form;
mod register_form;
mod rename_form;
mod resend_form;
mod reset_password_form;
mod set_up_form;
mod sign_in_form;
mod tabs;
mod token_dial;
mod token_life;
mod unlock_form;
mod verify_form;

pub use carried_notice::CarriedNotice;
pub use code_form::CodeForm;
pub use confirm_form::ConfirmForm;
pub use copy_button::CopyButton;
pub use delete_account_form::DeleteAccountForm;
pub use email_forms::{EmailCodeForm, NewEmailForm};
pub use expiry::Expiry;
pub use find_user_form::FindUserForm;
pub use forgot_password_form::ForgotPasswordForm;
pub use inspect_form::InspectForm;
pub use invite_form::InviteForm;
pub use local_times::LocalTimes;
pub use monitor::{LiveMonitor, SessionStateBadge};
pub use other_sessions::OtherSessions;
pub use password_form::PasswordForm;
pub use register_form::RegisterForm;
pub use rename_form::RenameForm;
pub use resend_form::ResendForm;
pub use reset_password_form::ResetPasswordForm;
pub use set_up_form::SetUpForm;
pub use sign_in_form::SignInForm;
pub use tabs::{SignInTab, SignedInTab};
pub use token_life::TokenLifeDial;
pub use unlock_form::UnlockForm;
pub use verify_form::VerifyForm;
