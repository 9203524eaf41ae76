//! Paths of pages, with what their queries carry.

use crate::model::{MailId, NextPath};

/// Returns the path of the sign-in page, which leads to `next` afterwards.
pub fn login_path(next: Option<&NextPath>) -> String {
    match next {
        Some(next) => format!("/login?{}", encode("next", next.as_str())),
        None => "/login".to_owned(),
    }
}

/// Returns the path of the sign-in page with the message that the session has ended.
pub fn ended_path(next: Option<&NextPath>) -> String {
    let path = login_path(next);
    format!("{path}{}ended=1", if path.contains('?') { '&' } else { '?' })
}

/// Returns the path of the sign-in page with the message that the browser blocks cookies.
pub fn blocked_path(next: Option<&NextPath>) -> String {
    let path = login_path(next);
    format!("{path}{}cookies=blocked", if path.contains('?') { '&' } else { '?' })
}

/// Returns the page that a form was on, if it is one of this site; the home page otherwise.
pub fn way_back(back: &str) -> String {
    if let Some(query) = back.strip_prefix("/login") {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query.trim_start_matches('?')).unwrap_or_default();
        let next = pairs.into_iter().find(|(name, _)| name == "next");
        return login_path(next.and_then(|(_, next)| NextPath::parse(&next)).as_ref());
    }
    NextPath::parse(back).map_or("/".to_owned(), |path| path.as_str().to_owned())
}

/// Returns the path of the page that asks for the password again and leads to `next`.
pub fn confirm_path(next: &str) -> String {
    format!("/confirm?{}", encode("next", next))
}

/// Returns the path of the page of one mail.
pub fn mail_path(id: MailId) -> String {
    format!("/admin/mail?id={id}")
}

/// Returns the path of the set-up page with its token.
pub fn set_up_path(token: &str) -> String {
    format!("/setup?{}", encode("token", token))
}

/// Returns the path of a page that a mail links to, with the token in `parameter`; without a token, the page alone.
pub fn link_path(page: &str, parameter: &str, token: &str) -> String {
    if token.is_empty() { page.to_owned() } else { format!("{page}?{}", encode(parameter, token)) }
}

fn encode(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).unwrap_or_default()
}
