//! Pages: each fetches what it shows.

mod account;
mod activity;
mod confirm;
mod dashboard;
mod desk;
mod forgot_password;
mod inspector;
mod invitations;
mod login;
mod mail;
mod mails;
mod monitor;
mod own_sessions;
mod problem;
mod register;
mod reset_password;
mod set_up;
mod unlock;
mod verify_email;

pub use account::AccountPage;
pub use confirm::ConfirmPage;
pub use dashboard::DashboardPage;
pub use forgot_password::ForgotPasswordPage;
pub use inspector::InspectorPage;
pub use invitations::InvitationsPage;
pub use login::LoginPage;
pub use mails::MailPage;
pub use monitor::MonitorPage;
pub use own_sessions::OwnSessionsPage;
pub use problem::{ErrorPage, MissingPage};
pub use register::RegisterPage;
pub use reset_password::ResetPasswordPage;
pub use set_up::SetUpPage;
pub use unlock::UnlockPage;
pub use verify_email::VerifyEmailPage;
