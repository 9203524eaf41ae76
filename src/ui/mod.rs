//! Pages. Components show, islands live in the browser, pages fetch.

mod app;
mod browser;
mod chunk;
mod components;
mod forms;
mod islands;
mod pages;
mod shell;
mod words;

pub mod context;

use chunk::chunk;

pub use app::App;
pub use shell::{ErrorDocument, shell};
