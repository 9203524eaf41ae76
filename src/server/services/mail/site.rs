//! What mails show of this installation.

use crate::{
    model::SiteLinks,
    server::settings::{Accent, Logo, Settings},
};

/// Name, addresses and look of the site that mails come from.
pub(super) struct Site {
    /// The name, safe within a sentence.
    pub name: String,
    /// The public URL, and its host.
    pub url: String,
    pub host: String,
    /// The complete URL of the logo, if one is set.
    pub logo: Option<String>,
    pub accent: Accent,
    pub links: SiteLinks,
}

impl Site {
    /// Reads the settings.
    pub fn of(settings: &Settings) -> Self {
        let (server, branding) = (&settings.server, &settings.branding);
        let url = server.public_url.origin();
        Self {
            name: in_a_sentence(server.name.as_str()),
            url: url.to_owned(),
            host: server.public_url.host(),
            logo: branding.logo.as_ref().map(|logo| format!("{url}{}", Logo::address(logo))),
            accent: branding.accent.unwrap_or(Accent::BRASS),
            links: branding.links.clone(),
        }
    }

    /// Returns the links that are set, with their labels.
    pub fn links(&self) -> Vec<(&'static str, &str)> {
        let SiteLinks { terms, privacy, support } = &self.links;
        let links = [("Terms", terms), ("Privacy", privacy), ("Support", support)];
        links.into_iter().filter_map(|(label, link)| Some((label, link.as_deref()?))).collect()
    }
}

/// Returns a name that can't change what surrounds it: one that is written from right to left is isolated (Unicode
/// UAX #9), and nothing in it is an encoded word to mail programs (RFC 2047 §2).
pub(super) fn in_a_sentence(name: &str) -> String {
    let name = name.replace("=?", "= ?");
    let is_right_to_left = |c| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    if name.contains(is_right_to_left) { format!("\u{2068}{name}\u{2069}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_nothing_around_it() {
        for (name, expected) in [
            ("Ada O'Hara & Söhne", "Ada O'Hara & Söhne"),
            ("عائشة", "\u{2068}عائشة\u{2069}"),
            ("Ada דוד", "\u{2068}Ada דוד\u{2069}"),
            ("=?utf-8?q?=E2=80=AEevil?=", "= ?utf-8?q?=E2=80=AEevil?="),
        ] {
            assert_eq!(in_a_sentence(name), expected);
        }
    }
}
