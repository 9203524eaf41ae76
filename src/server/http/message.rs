//! Checks what HTTP itself requires of a request before anything else happens (RFC 9110, RFC 9112).

use super::{encoding, problem::Problem};
use axum::{
    extract::Request,
    http::{HeaderMap, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::Ipv6Addr;

/// How many bytes the request line and all headers may have together.
pub const HEADER_BYTES: usize = 64 * 1024;

/// Rejects malformed requests.
pub async fn layer(request: Request, next: Next) -> Response {
    match flaw(&request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn flaw(request: &Request) -> Option<Problem> {
    if size(request) > HEADER_BYTES {
        return Some(Problem::HeadersTooLarge);
    }
    if !has_valid_host(request.version(), request.headers()) {
        return Some(Problem::BadRequest("The request must have exactly one valid Host header"));
    }
    // Checked before the operation: afterwards it would be too late to find that no response is acceptable.
    (!encoding::is_satisfiable(request.headers())).then_some(Problem::NotAcceptable)
}

fn size(request: &Request) -> usize {
    let line = request.method().as_str().len() + request.uri().path_and_query().map_or(1, |path| path.as_str().len());
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + "  HTTP/1.1\r\n".len() + headers.sum::<usize>()
}

/// RFC 9112 §3.2: HTTP/1.1 must send exactly one Host header; older clients may omit it. Any host name is accepted.
fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => host.to_str().is_ok_and(is_host),
        (Some(_), Some(_)) => false,
    }
}

/// RFC 3986 §3.2.2 and §3.2.3, but not empty, as RFC 9110 §4.2.1 requires.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, after)) = rest.split_once(']') else { return false };
            if address.parse::<Ipv6Addr>().is_err() || !(after.is_empty() || after.starts_with(':')) {
                return false;
            }
            ("v6", after.strip_prefix(':').unwrap_or_default())
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let is_port = port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    !host.is_empty() && is_port && is_registered_name(host)
}

fn is_registered_name(host: &str) -> bool {
    let mut bytes = host.bytes();
    while let Some(byte) = bytes.next() {
        let is_good = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            other => other.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&other),
        };
        if !is_good {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_a_name_or_address_with_an_optional_port() {
        for good in [
            "id.example.com",
            "id.example.com:3000",
            "id.example.com:",
            "localhost",
            "my_host",
            "xn--bcher-kva.example",
            "127.0.0.1:80",
            "[::1]",
            "[2001:db8::1]:3000",
            "a%20b",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            ":80",
            "me@id.example.com",
            "id.example.com/x",
            "id.example.com?x",
            "id.example.com#x",
            "a b",
            "a,b c",
            "http://id.example.com",
            "id.example.com:x",
            "id.example.com:99999",
            "id.example.com:80:80",
            "::1",
            "[::1",
            "[::1]x",
            "[x]",
            "a\\b",
            "a%2",
            "<x>",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
