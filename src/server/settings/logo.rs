//! The logo file.

use super::value::{Unfit, Value};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::{fmt, fs, path::Path, sync::Arc};

/// The largest file in bytes: every first visit loads it.
const LARGEST: usize = 256 * 1024;

/// An image that was read when the server started.
#[derive(Clone)]
pub struct Logo {
    pub bytes: Arc<[u8]>,
    pub media_type: &'static str,
    /// A hash of the content, so that browsers may keep it for good.
    pub version: String,
}

impl Logo {
    /// The path it is served from.
    pub const PATH: &str = "/branding/logo";

    /// Returns its path and version.
    pub fn address(&self) -> String {
        format!("{}?v={}", Self::PATH, self.version)
    }

    fn of(bytes: Vec<u8>) -> Option<Self> {
        let media_type = media_type(&bytes).filter(|_| bytes.len() <= LARGEST)?;
        let version = URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..9]);
        Some(Self { bytes: bytes.into(), media_type, version })
    }
}

/// Returns the media type by the content.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => {
            let text = str::from_utf8(bytes).ok()?.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
            (text.starts_with('<') && text.contains("<svg")).then_some("image/svg+xml")
        }
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

impl Value for Logo {
    fn read(text: &str) -> Result<Self, Unfit> {
        let path = Path::new(text);
        // A device or a pipe might never end.
        if !fs::metadata(path).is_ok_and(|file| file.is_file()) {
            return Err(Unfit::new("the path of a file that this user can read"));
        }
        let bytes = fs::read(path).map_err(|cause| Unfit::new(format!("a file that this user can read ({cause})")))?;
        Self::of(bytes).ok_or_else(|| Unfit::new("a PNG, WebP or SVG image of at most 256 KiB"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Folder, load, refusal};
    use super::*;

    #[test]
    fn the_kind_of_an_image_is_known_by_its_content() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Some("image/png")),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some("image/webp")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Some("image/svg+xml")),
            (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<svg/>", Some("image/svg+xml")),
            (b"GIF89a", None),
            (b"RIFF\x01\x02\x03\x04WAVE", None),
            (b"<html></html>", None),
            (b"an <svg/>", None),
            (b"<svg\xff", None),
            (b"", None),
        ] {
            assert_eq!(media_type(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_logo_is_read_at_the_start_and_a_bad_one_is_named_with_the_fix() {
        let folder = Folder::empty();
        let path = |name: &str| folder.path().join(name).display().to_string();
        folder.write("logo.svg", "<svg/>");
        folder.write("logo.gif", "GIF89a");
        folder.write("large.svg", format!("<svg>{}</svg>", " ".repeat(LARGEST)));
        let logo = load(&[("branding.logo", &path("logo.svg"))]).unwrap().settings.branding.logo.unwrap();
        assert_eq!((logo.media_type, &*logo.bytes), ("image/svg+xml", &b"<svg/>"[..]));
        for name in ["logo.gif", "large.svg"] {
            let text = refusal(&[("branding.logo", &path(name))]);
            assert!(
                text.contains(name) && text.contains("must be a PNG, WebP or SVG image of at most 256 KiB"),
                "{text}"
            );
        }
        for name in ["missing.png", ""] {
            let text = refusal(&[("branding.logo", &path(name))]);
            assert!(text.contains("`branding.logo`") || text.contains("branding.logo"), "{text}");
            assert!(text.contains("must be the path of a file that this user can read"), "{text}");
        }
    }
}
