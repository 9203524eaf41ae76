//! Components without browser code.

mod auth_layout;
mod footer;
mod icon;
mod key_mark;
mod masthead;
mod moment;
mod navigation;
mod notice;
mod pager;
mod session_facts;
mod site_brand;
mod token_facts;

pub use auth_layout::AuthLayout;
pub use footer::Footer;
pub use icon::{Icon, Shape};
pub use masthead::Masthead;
pub use moment::{Due, Moment};
pub use navigation::{Breadcrumbs, NAVIGATION_ID, Navigation};
pub use notice::{Notice, StatusMessage};
pub use pager::Pager;
pub use session_facts::SessionFacts;
pub use site_brand::{SiteBrand, SiteLinks};
pub use token_facts::{TokenParts, TokenVerdict};
