//! The roles: the table of roles and permissions, and the forms that create, change and delete one.

mod asking;
mod edit;
mod matrix;
mod page;
mod permission_boxes;
mod review;

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};

pub use page::RolesPage;
pub use permission_boxes::PermissionBoxes;
