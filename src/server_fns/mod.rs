//! Server functions of the pages, one file each.
//!
//! Bodies are thin: authorize, parse, call one service, respond. Mistakes a user can make are an `Ok(FormResult)`;
//! an `Err` means that the page would not have sent such a request, or that the server failed.

mod api_keys;
mod audit;
mod bulk;
mod confirm;
mod dashboard;
mod error;
mod forgot_password;
mod inspector;
mod invitations;
mod link_state;
mod monitor;
mod not_me;
mod outbox;
mod overview;
mod own_account;
mod own_picture;
mod own_sessions;
mod pending_email;
mod refresh;
mod register;
mod rename;
mod resend_verification;
mod reset_password;
mod roles;
mod security_log;
mod set_up;
mod sign_in;
mod sign_out;
mod stop_email_change;
mod theme;
mod unlock;
mod user_changes;
mod users;
mod verify_email;

pub use api_keys::{CreateApiKey, RevokeApiKey, api_keys, create_api_key, revoke_api_key};
pub use audit::{audit_event, audit_log};
pub use bulk::{
    ChangeUsers, ImportUsers, StopJob, bulk_job, change_users, import_users, jobs, stop_job, users_to_change,
};
pub use confirm::{Confirm, confirm};
pub use dashboard::{DismissSetUpList, dashboard, dismiss_set_up_list};
pub use forgot_password::{ForgotPassword, forgot_password};
pub use inspector::{InspectToken, inspect_token, inspector};
pub use invitations::{Invite, RevokeInvitation, invitations, invite, revoke_invitation};
pub use link_state::link_state;
pub use monitor::{EndSessions, end_sessions, monitor, session_family, sessions_to_end};
pub use not_me::{ReportNotMe, not_me, report_not_me};
pub use outbox::{ResendMail, mail, mails, resend_mail};
pub use overview::overview;
pub use own_account::{
    ChangeEmail, ChangePassword, ConfirmNewEmail, DeleteAccount, account, change_email, change_password,
    confirm_new_email, delete_account,
};
pub use own_picture::{RemovePicture, remove_picture};
pub use own_sessions::{EndOtherSessions, EndSession, end_other_sessions, end_session, own_sessions};
pub use pending_email::{CancelEmailChange, ResendEmailChange, cancel_email_change, resend_email_change};
pub use refresh::refresh;
pub use register::{Register, register};
pub use rename::{Rename, rename};
pub use resend_verification::{ResendVerification, resend_verification};
pub use reset_password::{ResetPassword, reset_password};
pub use roles::{CreateRole, DeleteRole, SaveRole, create_role, delete_role, role, roles, save_role};
pub use security_log::security_log;
pub use set_up::{SetUp, set_up, set_up_link};
pub use sign_in::{SignIn, sign_in};
pub use sign_out::{SignOut, sign_out};
pub use stop_email_change::{StopEmailChange, stop_email_change};
pub use theme::{SetTheme, set_theme};
pub use unlock::{Unlock, unlock};
pub use user_changes::{
    DeleteUser, EditUser, LiftSuspension, SendReset, SetUserRoles, SuspendUser, UnlockUser, VerifyUser, delete_user,
    edit_user, lift_suspension, send_reset, set_user_roles, suspend_user, unlock_user, verify_user,
};
pub use users::{
    ChooseColumns, CreateUser, FindUsers, choose_columns, create_user, find_users, user, user_to_create, users,
};
pub use verify_email::{VerifyEmail, verify_email};
