//! The page footer.

use super::SiteLinks;
use crate::{
    model::Theme,
    server_fns::SetTheme,
    ui::{context::PageContext, text},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Footer with the version, which only signed-in users see, the links of the site, and the theme switch, which is a
/// form so that it works without scripts. With scripts, `public/start.js` sends it and the page stays.
#[component]
pub fn Footer() -> impl IntoView {
    let PageContext { theme: current, here, own_name, .. } = PageContext::current();
    let choice = move |theme: Theme, word| {
        view! {
            <button name="theme" value=theme.into_str() aria-pressed=(theme == current).to_string()>
                {word}
            </button>
        }
    };
    let version = (!own_name.is_empty()).then(|| view! { <p>{text::PRODUCT} " " {env!("CARGO_PKG_VERSION")}</p> });
    view! {
        <footer>
            {version}
            <SiteLinks />
            <form class="switch" method="post" action=SetTheme::PATH aria-label=text::THEME>
                <span aria-hidden="true">{text::THEME} ":"</span>
                <input type="hidden" name="back" value=here />
                {choice(Theme::System, text::THEME_SYSTEM)}
                {choice(Theme::Light, text::THEME_LIGHT)}
                {choice(Theme::Dark, text::THEME_DARK)}
            </form>
        </footer>
    }
}
