//! Text of the monitor.

mod ending;
mod events;
mod figures;
mod list;
mod session;

pub use ending::*;
pub use events::*;
pub use figures::*;
pub use list::*;
pub use session::*;
