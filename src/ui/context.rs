//! Request data for rendering a page.

use crate::model::{Brand, Flash, Page, Registration, Theme};
use std::sync::Arc;

/// Data that the server provides to every page by context. Must hold no secret.
///
/// Pages are not hydrated, so islands get what they need as props.
#[derive(Debug, Clone, Default)]
pub struct PageContext {
    /// Notice or form errors from the previous response, shown once.
    pub flash: Flash,
    pub theme: Theme,
    /// Whether the request is signed in.
    pub is_signed_in: bool,
    /// Display name and email address of the signed-in user; empty on public pages.
    pub own_name: String,
    pub own_email: String,
    /// Address of their picture, if they have one.
    pub own_picture: Option<String>,
    /// The name of the user that the page is about, for its title.
    pub subject: Option<String>,
    /// Pages that the signed-in user may see.
    pub open_pages: Vec<Page>,
    /// Whether the request carried an invalid access cookie.
    pub had_bad_token: bool,
    pub request_id: String,
    pub min_password_length: usize,
    /// Registration mode.
    pub registration: Registration,
    /// Page to continue to after sign-in, if the address names a path of this site. Parsed by the server,
    /// because the router decodes a query twice.
    pub next: Option<String>,
    /// Path and query of this page, for forms that lead back to it.
    pub here: String,
    pub assets: Assets,
    /// Name, logo, accent color and links of the site.
    pub brand: Arc<Brand>,
}

impl PageContext {
    /// Returns the path of this page.
    pub fn path(&self) -> &str {
        self.here.split('?').next().unwrap_or_default()
    }

    /// Returns the query as received, because the router decodes it twice.
    pub fn query(&self) -> &str {
        self.here.split_once('?').map(|(_, query)| query).unwrap_or_default()
    }
}

/// Sets the response status of the page that is being rendered. The server provides it by context.
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

/// Addresses of the static assets, each with a content hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
    /// Small module that loads the other assets and hydrates the islands.
    pub start: String,
    /// Port of cargo-leptos's reload socket; set only in watch mode.
    pub reload_port: Option<u16>,
}
