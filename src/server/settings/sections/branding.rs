//! How pages and emails look, and where they link.

use super::super::accent::Accent;
use super::super::error::SettingsError;
use super::super::keys;
use super::super::logo::Logo;
use super::super::site_link::SiteLink;
use super::super::values::Values;
use crate::model::SiteLinks;

/// The section `branding`.
#[derive(Debug, Clone)]
pub struct Branding {
    /// The image in place of the key.
    pub logo: Option<Logo>,
    /// The color in place of brass.
    pub accent: Option<Accent>,
    /// The links below every page and email.
    pub links: SiteLinks,
}

impl Branding {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let link = |key| values.read(key).map(|link: Option<SiteLink>| link.map(SiteLink::into_text));
        Ok(Self {
            logo: values.read(keys::LOGO)?,
            accent: values.read(keys::ACCENT)?,
            links: SiteLinks {
                terms: link(keys::TERMS)?,
                privacy: link(keys::PRIVACY)?,
                support: link(keys::SUPPORT)?,
            },
        })
    }
}
