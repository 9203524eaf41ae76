//! Cookies: their names and attributes (RFC 6265bis).

use crate::{
    model::{Theme, Timestamp},
    server::services::{Tokens, devices::DeviceId},
};
use axum::http::{HeaderMap, HeaderValue, header};

/// Cookie names. Behind https each has the `__Host-` prefix, which makes browsers insist on `Secure`,
/// `Path=/` and no `Domain`.
#[derive(Debug, Clone)]
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

    /// Sets both token cookies; they last as long as the refresh token.
    pub fn set_tokens(&self, tokens: &Tokens, now: Timestamp) -> [HeaderValue; 2] {
        let seconds = tokens.refresh_expires_at.since(now).as_secs();
        [self.cookie(&self.access, &tokens.access.token, seconds), self.cookie(&self.refresh, &tokens.refresh, seconds)]
    }

    /// Deletes both token cookies.
    pub fn clear_tokens(&self) -> [HeaderValue; 2] {
        [self.cookie(&self.access, "", 0), self.cookie(&self.refresh, "", 0)]
    }

    /// Marks the browser as a device that has signed in before.
    pub fn set_device(&self, device: &DeviceId) -> HeaderValue {
        self.cookie(&self.device, device.expose(), 400 * A_DAY)
    }

    pub fn set_theme(&self, theme: Theme) -> HeaderValue {
        self.cookie(&self.theme, theme.into_str(), if theme == Theme::System { 0 } else { 365 * A_DAY })
    }

    /// Sets a cookie that changes nothing, to see whether the browser keeps it: the default theme.
    pub fn set_probe(&self) -> HeaderValue {
        self.cookie(&self.theme, Theme::System.into_str(), A_DAY)
    }

    /// Returns the names of all our cookies.
    pub fn all_names(&self) -> [&str; 5] {
        [&self.access, &self.refresh, &self.flow, &self.device, &self.theme]
    }

    /// Returns whether a response already sets the token cookies.
    pub fn sets_tokens(&self, headers: &HeaderMap) -> bool {
        let begins = |value: &HeaderValue| value.as_bytes().starts_with(format!("{}=", self.access).as_bytes());
        headers.get_all(header::SET_COOKIE).iter().any(begins)
    }

    /// Fixes how tower-sessions deletes its cookie: without `Secure`, which browsers ignore for a `__Host-` name.
    pub fn fix_removal(&self, headers: &mut HeaderMap) {
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

    /// Keeps only our own cookies in the request, in one header of well-formed pairs, so that all later code
    /// reads the same: cookies of other programs cannot hide ours.
    pub fn clean(&self, headers: &mut HeaderMap) {
        self.keep(headers, |_, _| true);
    }

    /// If several cookies have this name, keeps only those with the chosen value, or none.
    pub fn settle(&self, headers: &mut HeaderMap, name: &str, chosen: Option<&str>) {
        if all(headers, name).nth(1).is_some() {
            self.keep(headers, |key, value| key != name || Some(value) == chosen);
        }
    }

    fn keep(&self, headers: &mut HeaderMap, is_kept: impl Fn(&str, &str) -> bool) {
        let ours = self.all_names();
        let kept = pairs(headers).filter_map(|(name, value)| {
            let name = ours.iter().find(|ours| ours.as_bytes() == name)?;
            // Our values are ASCII. Any other byte becomes `?`, which no value of ours contains, so the value
            // stays invalid.
            let value: String =
                value.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '?' }).collect();
            is_kept(name, &value).then(|| format!("{name}={value}"))
        });
        let kept = kept.collect::<Vec<_>>().join("; ");
        headers.remove(header::COOKIE);
        if let (false, Ok(value)) = (kept.is_empty(), HeaderValue::from_str(&kept)) {
            headers.insert(header::COOKIE, value);
        }
    }

    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    fn cookie(&self, name: &str, value: &str, max_age: u64) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age}{secure}");
        // Names are ours, and values are base64url or our own keywords.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// How many cookies of one name are read.
const MOST: usize = 4;

/// Returns the values of all cookies with this name, in the order they came. A browser sends several if they
/// were set for several paths or domains, by any program.
pub fn all<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs(headers)
        .filter(move |(key, value)| *key == name.as_bytes() && !value.is_empty())
        .filter_map(|(_, value)| std::str::from_utf8(value).ok())
        .take(MOST)
}

/// Returns the value of the first cookie with this name.
pub fn read<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    all(headers, name).next()
}

/// Splits into names and values as bytes: not all programs keep to the alphabet of RFC 6265 §4.1.1. Over
/// HTTP/2 a browser may send several headers (RFC 9113 §8.2.3).
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_cookies_are_bound_to_this_host() {
        let names = CookieNames::new(true);
        let [access, _] = names.clear_tokens();
        assert_eq!(access, "__Host-claviger-access=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure");
        let [_, refresh] = CookieNames::new(false).clear_tokens();
        assert_eq!(refresh, "claviger-refresh=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    fn cookies(values: &[&[u8]]) -> HeaderMap {
        let values = values.iter().map(|value| HeaderValue::from_bytes(value).expect("value"));
        values.map(|value| (header::COOKIE, value)).collect()
    }

    #[test]
    fn cookies_are_read_individually_whatever_comes_with_them() {
        let headers = cookies(&[b"stadt=K\xf6ln; a=1;b=2 ; \xff; b=3; c=; =x;", "d=ö; a = 4".as_bytes()]);
        assert_eq!(all(&headers, "a").collect::<Vec<_>>(), ["1", "4"]);
        assert_eq!(all(&headers, "b").collect::<Vec<_>>(), ["2", "3"]);
        assert_eq!(read(&headers, "c"), None);
        assert_eq!(read(&headers, "e"), None);
    }

    #[test]
    fn only_our_own_cookies_are_kept_in_one_header() {
        let names = CookieNames::new(false);
        let mut headers = cookies(&[
            b"stadt=K\xf6ln; claviger-flow=one; claviger-access=\xc3\xb6; other=1",
            b"claviger-flow=two;claviger-theme=dark",
        ]);
        names.clean(&mut headers);
        let clean = "claviger-flow=one; claviger-access=??; claviger-flow=two; claviger-theme=dark";
        assert_eq!(headers.get_all(header::COOKIE).iter().collect::<Vec<_>>(), [clean]);
        names.settle(&mut headers, "claviger-theme", None);
        names.settle(&mut headers, "claviger-flow", Some("two"));
        assert_eq!(headers[header::COOKIE], "claviger-access=??; claviger-flow=two; claviger-theme=dark");
        let mut headers = cookies(&[b"other=1"]);
        names.clean(&mut headers);
        assert!(!headers.contains_key(header::COOKIE));
    }
}
