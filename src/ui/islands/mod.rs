//! What lives in the browser. Everything else of a page ships no code.

mod carried_notice;
mod confirm_form;
mod delete_account_form;
mod email_forms;
mod invite_form;
mod local_times;
mod other_sessions;
mod password_form;
mod rename_form;
mod set_up_form;
mod sign_in_form;
mod tabs;
mod token_dial;
mod token_life;

pub use carried_notice::CarriedNotice;
pub use confirm_form::ConfirmForm;
pub use delete_account_form::DeleteAccountForm;
pub use email_forms::{EmailCodeForm, NewEmailForm};
pub use invite_form::InviteForm;
pub use local_times::LocalTimes;
pub use other_sessions::OtherSessions;
pub use password_form::PasswordForm;
pub use rename_form::RenameForm;
pub use set_up_form::SetUpForm;
pub use sign_in_form::SignInForm;
pub use tabs::{SignInTab, SignedInTab};
pub use token_life::TokenLifeDial;
