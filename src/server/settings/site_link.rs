//! Addresses that an operator links to.

use super::value::{Unfit, Value};
use url::Url;

/// An http, https or mailto address in its ASCII form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SiteLink(String);

impl SiteLink {
    pub fn into_text(self) -> String {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        // The parser drops line breaks, which could hide what the address is.
        let url = Url::parse(text).ok().filter(|_| !text.contains(|c: char| c.is_control() || c.is_whitespace()))?;
        let is_link = match url.scheme() {
            "http" | "https" => url.username().is_empty() && url.password().is_none(),
            "mailto" => url.path().contains('@'),
            _ => false,
        };
        is_link.then(|| Self(url.into()))
    }
}

impl Value for SiteLink {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text)
            .ok_or_else(|| Unfit::new("an address such as https://example.com/terms or mailto:help@example.com"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_a_site_or_an_email_and_runs_nothing() {
        for text in ["https://example.com/terms?x=1#y", "http://example.com/", "mailto:help@example.com?subject=Hi"] {
            assert_eq!(SiteLink::parse(text).map(SiteLink::into_text).as_deref(), Some(text));
        }
        assert_eq!(
            SiteLink::parse("https://bücher.example/ü").unwrap().into_text(),
            "https://xn--bcher-kva.example/%C3%BC"
        );
        for text in [
            "",
            "/terms",
            "example.com",
            "help@example.com",
            "mailto:",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "https://",
            "https://me:hush@example.com",
            "https://example.com/\r\nBcc: x",
        ] {
            assert_eq!(SiteLink::parse(text), None, "{text:?}");
        }
    }
}
