//! Chooses content codings that the client accepts (RFC 9110 §12.5.3).

use axum::http::{HeaderMap, header};

/// Content codings we can send, least preferred first.
const CODINGS: [&str; 3] = ["zstd", "gzip", "br"];

/// Returns the weight of a coding in thousandths, from its own element or from `*`. Returns `None` if neither
/// is listed.
fn quality(headers: &HeaderMap, coding: &str) -> Option<u16> {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let (mut named, mut others) = (None, None);
    for element in values.flat_map(|text| text.split(',')) {
        let (name, weight) = element.split_once(';').map_or((element, None), |(name, weight)| (name, Some(weight)));
        // Ignore an element that can't be parsed.
        let Some(weight) = weight.map_or(Some(1000), weight_of) else { continue };
        let name = name.trim();
        if name.eq_ignore_ascii_case(coding) || coding == "gzip" && name.eq_ignore_ascii_case("x-gzip") {
            named = named.or(Some(weight));
        } else if name == "*" {
            others = others.or(Some(weight));
        }
    }
    named.or(others)
}

/// Parses `q=0.5` into thousandths (RFC 9110 §12.4.2).
pub fn weight_of(text: &str) -> Option<u16> {
    let (name, value) = text.trim().split_once('=')?;
    let (whole, rest) = value.split_once('.').unwrap_or((value, ""));
    let is_number = matches!(whole, "0" | "1") && rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = format!("{whole}{rest:0<3}").parse().ok().filter(|weight| *weight <= 1000);
    thousandths.filter(|_| is_number && name.eq_ignore_ascii_case("q"))
}

/// Returns the codings that the client prefers to none, most preferred first.
pub fn preferred(headers: &HeaderMap) -> Vec<&'static str> {
    let identity = quality(headers, "identity").unwrap_or(0);
    let welcome = CODINGS.into_iter().filter_map(|coding| {
        let quality = quality(headers, coding).filter(|quality| *quality > 0 && *quality >= identity)?;
        Some((quality, coding))
    });
    let mut welcome: Vec<_> = welcome.collect();
    welcome.sort_by_key(|(quality, _)| *quality);
    welcome.into_iter().rev().map(|(_, coding)| coding).collect()
}

/// Returns whether any response is acceptable: unencoded, unless ruled out, or with an accepted coding.
pub fn is_satisfiable(headers: &HeaderMap) -> bool {
    quality(headers, "identity") != Some(0) || !preferred(headers).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn accepting(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))])
    }

    #[test]
    fn an_encoding_of_quality_zero_is_never_sent() {
        for (text, expected) in [
            ("br", vec!["br"]),
            ("gzip, deflate, br, zstd", vec!["br", "gzip", "zstd"]),
            ("br;q=0, gzip", vec!["gzip"]),
            ("BR;Q=0.000, X-GZIP", vec!["gzip"]),
            ("br ; q=0 , gzip ; q=0.5", vec!["gzip"]),
            ("br;q=0.1, gzip;q=0.9", vec!["gzip", "br"]),
            ("*", vec!["br", "gzip", "zstd"]),
            ("*;q=0", vec![]),
            ("*;q=0, br", vec!["br"]),
            ("br;q=0, *;q=0.3", vec!["gzip", "zstd"]),
            ("identity, br;q=0.5", vec![]),
            ("identity;q=0, gzip;q=0.001", vec!["gzip"]),
            ("br;q=2", vec![]),
            ("br;q=x, gzip", vec!["gzip"]),
            ("brotli", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(preferred(&accepting(text)), expected, "{text}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Vec::<&str>::new());
    }

    #[test]
    fn only_a_client_that_excludes_every_encoding_gets_an_error() {
        for text in ["", "br", "br;q=0", "identity;q=0, br", "*;q=0, identity", "*;q=0, gzip;q=0.1", "identity;q=0, *"]
        {
            assert!(is_satisfiable(&accepting(text)), "{text}");
        }
        for text in ["*;q=0", "identity;q=0", "identity;q=0, br;q=0", "*;q=0, br;q=0.0", "identity;q=0, deflate"] {
            assert!(!is_satisfiable(&accepting(text)), "{text}");
        }
    }
}
