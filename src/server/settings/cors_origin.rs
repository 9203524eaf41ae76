//! An origin whose pages may call the API.

use super::public_url::PublicUrl;
use super::value::{Unfit, Value};

/// An origin as browsers send it. https, because a page that was tampered with on its way would use its visitor's
/// token; http is only for this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsOrigin(String);

impl CorsOrigin {
    /// Returns the value of the header `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for CorsOrigin {
    fn read(text: &str) -> Result<Self, Unfit> {
        // `*` is a valid character of a host's name.
        let url = PublicUrl::parse(text).ok().filter(|_| !text.contains('*'));
        let url = url.filter(|url| url.is_secure() || url.is_loopback());
        url.map(|url| Self(url.origin().to_owned())).ok_or_else(|| {
            Unfit::new(
                "full origins such as https://app.example.com, without `*`, path or trailing slash; http is only \
                 allowed for localhost",
            )
        })
    }
}
