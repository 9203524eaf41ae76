//! Pages: each fetches what it shows.

mod account;
mod activity;
mod confirm;
mod dashboard;
mod desk;
mod invitations;
mod login;
mod mail;
mod mails;
mod problem;
mod set_up;

pub use account::AccountPage;
pub use confirm::ConfirmPage;
pub use dashboard::DashboardPage;
pub use invitations::InvitationsPage;
pub use login::LoginPage;
pub use mails::MailPage;
pub use problem::{ErrorPage, MissingPage};
pub use set_up::SetUpPage;
