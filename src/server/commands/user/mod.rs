//! `claviger user …`.

mod arguments;
mod list;
mod password;
mod run;

pub use arguments::UserCommand;
pub use run::run;
