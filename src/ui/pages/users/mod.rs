//! The users: the list, one user, the questions before a change, and the form for a new user.

mod asking;
mod changes;
mod columns;
mod filters;
mod import;
mod job;
mod jobs;
mod list;
mod many;
mod marked;
mod new_user;
mod user;

use super::{
    activity::ActivityList,
    app_layout::{AppLayout, Notices},
    load::load,
};

pub use import::ImportUsersPage;
pub use job::JobPage;
pub use jobs::JobsPage;
pub use list::UsersPage;
pub use many::ChangeUsersPage;
pub use new_user::NewUserPage;
pub use user::UserPage;
