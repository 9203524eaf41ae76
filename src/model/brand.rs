//! What an installation calls itself, and how it looks.

/// Addresses that an operator set, for below every page and email.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteLinks {
    pub terms: Option<String>,
    pub privacy: Option<String>,
    pub support: Option<String>,
}

/// The brand that pages show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// The name of the site.
    pub name: String,
    /// Address of the logo that replaces the key.
    pub logo: Option<String>,
    /// Address of the style sheet with the accent color.
    pub style: Option<String>,
    pub links: SiteLinks,
}
