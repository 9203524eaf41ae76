//! Components without browser code.

mod auth_layout;
pub mod bar_chart;
mod choice;
mod file_field;
mod footer;
mod icon;
mod key_mark;
mod masthead;
mod moment;
mod navigation;
mod not_me_link;
mod notice;
mod pager;
mod portrait;
mod session_facts;
mod site_brand;
mod sort_head;
mod token_facts;
mod user_state;

pub use auth_layout::AuthLayout;
pub use choice::Choice;
pub use file_field::FileField;
pub use footer::Footer;
pub use icon::{Icon, Shape};
pub use masthead::Masthead;
pub use moment::{Due, Moment};
pub use navigation::{Breadcrumbs, NAVIGATION_ID, Navigation};
pub use not_me_link::NotMeLink;
pub use notice::{Notice, Problem, StatusMessage};
pub use pager::Pager;
pub use portrait::{OwnPortrait, Portrait};
pub use session_facts::SessionFacts;
pub use site_brand::{SiteBrand, SiteLinks};
pub use sort_head::SortHead;
pub use token_facts::{TokenParts, TokenVerdict};
pub use user_state::UserStateBadge;
