//! Pages: each fetches what it shows.

mod activity;
mod dashboard;
mod login;
mod problem;
mod set_up;

mod forgot_password;
mod register;
mod reset_password;
mod unlock;
mod verify_email;

pub use dashboard::DashboardPage;
pub use login::LoginPage;
pub use problem::{ErrorPage, MissingPage};
pub use set_up::SetUpPage;

pub use forgot_password::ForgotPasswordPage;
pub use register::RegisterPage;
pub use reset_password::ResetPasswordPage;
pub use unlock::UnlockPage;
pub use verify_email::VerifyEmailPage;
