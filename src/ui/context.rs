//! What a page knows of the request that it answers.

use crate::model::{Flash, Registration, Theme};
use std::sync::Arc;

/// Given to every page by the server, by context. Holds no secret: pages are not hydrated, and
/// what an island needs it is handed as a value.
#[derive(Debug, Clone, Default)]
pub struct PageContext {
    /// Left by the answer before this one, to be said once.
    pub flash: Flash,
    pub theme: Theme,
    /// Whether somebody is signed in.
    pub is_signed_in: bool,
    /// What whoever is signed in is called; empty on pages for everyone.
    pub own_name: String,
    /// The paths of the pages that whoever is signed in may see.
    pub open_pages: Vec<&'static str>,
    /// Whether the request came with an access cookie that is not ours.
    pub had_bad_token: bool,
    pub request_id: String,
    pub min_password_length: usize,
    /// Who may make an account.
    pub registration: Registration,
    /// Where the sign-in form leads, if the address names a path of this site. Read by the server:
    /// the router decodes a query twice.
    pub next: Option<String>,
    /// The path and query of this page, for a form that leads back to it.
    pub here: String,
    pub assets: Assets,
}

/// Sets the status of the answer that a page is rendered for. Given by the server, by context.
#[derive(Clone)]
pub struct AnswerStatus(Arc<dyn Fn(u16) + Send + Sync>);

impl AnswerStatus {
    pub fn new(set: impl Fn(u16) + Send + Sync + 'static) -> Self {
        Self(Arc::new(set))
    }

    pub fn set(&self, status: u16) {
        (self.0)(status);
    }
}

/// Where the site's own files are, each with the hash of its content in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
    /// The small module that loads the others and wakes the islands.
    pub start: String,
    /// The port of cargo-leptos' reload socket, only while it watches.
    pub reload_port: Option<u16>,
}
