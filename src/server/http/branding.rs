//! Serves the logo and the accent color, which the operator set.

use super::{problem::Problem, site, state::AppState};
use crate::{
    model::Brand,
    server::settings::{Accent, Logo, Settings},
};
use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

const STYLE_PATH: &str = "/branding/accent.css";
/// An SVG may hold scripts and addresses, which an image never uses, but a page does.
const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Routes the files, which exist only if they are set.
pub fn routes() -> Router<AppState> {
    Router::new().route(Logo::PATH, get(logo)).route(STYLE_PATH, get(style))
}

/// Returns what pages show of the brand.
pub fn brand(settings: &Settings) -> Brand {
    let branding = &settings.branding;
    Brand {
        name: settings.server.name.as_str().to_owned(),
        logo: branding.logo.as_ref().map(Logo::address),
        style: branding.accent.as_ref().map(|accent| format!("{STYLE_PATH}?v={}", version(&style_sheet(accent)))),
        links: branding.links.clone(),
    }
}

async fn logo(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let Some(logo) = state.settings.branding.logo.clone() else { return Problem::NotFound.into_response() };
    let headers = [
        (header::CONTENT_TYPE, logo.media_type),
        (header::CACHE_CONTROL, site::cache_control(is_version(query.as_deref(), &logo.version))),
        (header::CONTENT_SECURITY_POLICY, LOGO_POLICY),
        // Mail programs in browsers show it too.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, Bytes::from_owner(logo.bytes)).into_response()
}

async fn style(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let Some(accent) = &state.settings.branding.accent else { return Problem::NotFound.into_response() };
    let css = style_sheet(accent);
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, site::cache_control(is_version(query.as_deref(), &version(&css)))),
    ];
    (headers, css).into_response()
}

/// Writes the tokens of `style/main.css` that the accent replaces.
fn style_sheet(accent: &Accent) -> String {
    let Accent { fill, hover, on_fill, edge, ink } = accent;
    format!(
        ":root {{ --brass: {fill}; --brass-hover: {hover}; --on-brass: {on_fill}; \
         --brass-deep: light-dark({}, {}); --brass-ink: light-dark({}, {}); }}\n",
        edge.light, edge.dark, ink.light, ink.dark
    )
}

fn version(css: &str) -> String {
    site::short(&Sha256::digest(css))
}

fn is_version(query: Option<&str>, version: &str) -> bool {
    query.and_then(|query| query.strip_prefix("v=")) == Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::settings::Color;

    #[test]
    fn the_accent_replaces_tokens_that_the_style_sheet_has() {
        let main = include_str!("../../../style/main.css");
        let accent = Accent::of(Color::parse("#0b3d91").unwrap());
        let sheet = style_sheet(&accent);
        let tokens = sheet.split("--").skip(1).filter_map(|part| part.split_once(": "));
        assert_eq!(tokens.clone().count(), 5);
        for (token, _) in tokens {
            assert!(main.contains(&format!("\n  --{token}: ")), "{token}");
        }
    }
}
