//! Lists: what the client asks for, and how it is answered.

mod query;
mod response;

pub use query::{ListQuery, NoFilters, PageRequest, parsed, unpaged};
pub use response::{Cursors, ListResponse};
