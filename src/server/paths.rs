//! Addresses of pages that several places lead to.

use crate::model::{NextPath, Page};

/// Returns the address of the sign-in page, which leads to `next` afterwards.
pub fn sign_in_path(next: Option<&NextPath>) -> String {
    Page::SignIn.with([("next", next.map(NextPath::as_str))])
}

/// Returns the address of the sign-in page with the message that the session has ended.
pub fn ended_path(next: Option<&NextPath>) -> String {
    Page::SignIn.with([("next", next.map(NextPath::as_str)), ("ended", Some("1"))])
}

/// Returns the address of the sign-in page with the message that the browser blocks cookies.
pub fn blocked_path(next: Option<&NextPath>) -> String {
    Page::SignIn.with([("next", next.map(NextPath::as_str)), ("cookies", Some("blocked"))])
}

/// Returns the page that a form was on, if it is one of this site; the home page otherwise.
pub fn way_back(back: &str) -> String {
    if let Some(query) = back.strip_prefix(Page::SignIn.path()) {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query.trim_start_matches('?')).unwrap_or_default();
        let next = pairs.into_iter().find(|(name, _)| name == "next");
        return sign_in_path(next.and_then(|(_, next)| NextPath::parse(&next)).as_ref());
    }
    NextPath::parse(back).map_or("/".to_owned(), |path| path.as_str().to_owned())
}

/// Returns the address that a mail links to, with the token in `parameter`; without a token, the page alone.
pub fn link_path(page: Page, parameter: &str, token: &str) -> String {
    page.with([(parameter, (!token.is_empty()).then_some(token))])
}
