//! Pages: each fetches what it shows.

mod activity;
mod dashboard;
mod login;
mod problem;
mod set_up;

pub use dashboard::DashboardPage;
pub use login::LoginPage;
pub use problem::{ErrorPage, MissingPage};
pub use set_up::SetUpPage;
