//! Pages, components, forms and islands. Only islands ship code to the browser.

mod app;
mod browser;
mod chunk;
mod components;
mod forms;
mod islands;
mod pages;
mod shell;
mod text;

pub mod context;

use chunk::chunk;

pub use app::App;
pub use shell::{ErrorDocument, shell};
