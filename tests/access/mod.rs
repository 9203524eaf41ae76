//! Who may do what: every operation as each caller, in the tables `rest.md`, `server_fns.md` and `pages.md`.

mod callers;
mod objects;
mod pages;
mod rest;
mod server_fns;
mod table;

pub use callers::create_key;
