//! Identity of a request's sender, as the authentication layer found it.

use crate::server::services::{Authenticated, tokens::TokenError};

/// Sender of a request, as far as its credentials show.
#[derive(Debug, Clone)]
pub enum Identity {
    Anonymous,
    Known(Authenticated),
    Refused(TokenError),
}

/// Marks a request whose cookies were refreshed on the way in, and holds its new access token.
#[derive(Clone)]
pub struct Refreshed {
    pub access: String,
}

/// Marks a form that a browser posted without scripts: its response is a page.
#[derive(Debug, Clone, Copy)]
pub struct PlainForm;
