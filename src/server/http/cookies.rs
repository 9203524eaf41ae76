//! The cookies, their names and their attributes (RFC 6265bis).

use crate::{
    model::{Theme, Timestamp},
    server::services::{Tokens, devices::DeviceId},
};
use axum::http::{HeaderMap, HeaderValue, header};

/// The names of the cookies. Behind https each carries the prefix that makes browsers insist on
/// `Secure`, `Path=/` and no `Domain`.
#[derive(Debug)]
pub struct CookieNames {
    pub access: String,
    pub refresh: String,
    pub flow: String,
    pub device: String,
    pub theme: String,
    is_secure: bool,
}

const A_DAY: u64 = 24 * 3600;

impl CookieNames {
    pub fn new(is_secure: bool) -> Self {
        let named = |name: &str| if is_secure { format!("__Host-{name}") } else { name.to_owned() };
        Self {
            access: named("claviger-access"),
            refresh: named("claviger-refresh"),
            flow: named("claviger-flow"),
            device: named("claviger-device"),
            theme: named("claviger-theme"),
            is_secure,
        }
    }

    /// Sets both token cookies; they live as long as the refresh token.
    pub fn set_tokens(&self, tokens: &Tokens, now: Timestamp) -> [HeaderValue; 2] {
        let seconds = tokens.refresh_expires_at.since(now).as_secs();
        [self.cookie(&self.access, &tokens.access.token, seconds), self.cookie(&self.refresh, &tokens.refresh, seconds)]
    }

    /// Takes both token cookies away.
    pub fn clear_tokens(&self) -> [HeaderValue; 2] {
        [self.cookie(&self.access, "", 0), self.cookie(&self.refresh, "", 0)]
    }

    /// Makes this a device that has signed in before.
    pub fn set_device(&self, device: &DeviceId) -> HeaderValue {
        self.cookie(&self.device, device.expose(), 400 * A_DAY)
    }

    pub fn set_theme(&self, theme: Theme) -> HeaderValue {
        self.cookie(&self.theme, theme.as_str(), if theme == Theme::System { 0 } else { 365 * A_DAY })
    }

    /// Whether an answer sets the token cookies itself.
    pub fn sets_tokens(&self, headers: &HeaderMap) -> bool {
        let begins = |value: &HeaderValue| value.as_bytes().starts_with(format!("{}=", self.access).as_bytes());
        headers.get_all(header::SET_COOKIE).iter().any(begins)
    }

    /// Mends how tower-sessions takes its cookie away: without `Secure`, which browsers ignore for
    /// a `__Host-` name.
    pub fn mend_removal(&self, headers: &mut HeaderMap) {
        let removal = format!("{}=;", self.flow);
        let is_removal = |value: &HeaderValue| value.as_bytes().starts_with(removal.as_bytes());
        if !headers.get_all(header::SET_COOKIE).iter().any(is_removal) {
            return;
        }
        let kept: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
        headers.remove(header::SET_COOKIE);
        for value in kept {
            headers.append(header::SET_COOKIE, if is_removal(&value) { self.cookie(&self.flow, "", 0) } else { value });
        }
    }

    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    fn cookie(&self, name: &str, value: &str, max_age: u64) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age}{secure}");
        // Names are ours, and values are base64url or words of ours.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The value of a cookie. If it was sent twice, neither is believed.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let first = found.next()?;
    if found.next().is_some() { Some("") } else { Some(first).filter(|value| !value.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_https_cookies_are_bound_to_this_host() {
        let names = CookieNames::new(true);
        let [access, _] = names.clear_tokens();
        assert_eq!(access, "__Host-claviger-access=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure");
        let [_, refresh] = CookieNames::new(false).clear_tokens();
        assert_eq!(refresh, "claviger-refresh=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    #[test]
    fn a_cookie_that_came_twice_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; b=2; b=3; c="));
        assert_eq!(read(&headers, "a"), Some("1"));
        assert_eq!(read(&headers, "b"), Some(""));
        assert_eq!(read(&headers, "c"), None);
        assert_eq!(read(&headers, "d"), None);
    }
}
