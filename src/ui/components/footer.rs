//! The page footer.

use super::{Icon, Shape, SiteLinks};
use crate::{
    model::Theme,
    server_fns::SetTheme,
    ui::{context::PageContext, text},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Footer with the links of the site and the theme switch, which is a form so that it works without scripts.
#[component]
pub fn Footer() -> impl IntoView {
    let PageContext { theme: current, here, .. } = PageContext::current();
    let choice = move |theme: Theme, shape, word| {
        view! {
            <button name="theme" value=theme.into_str() aria-pressed=(theme == current).to_string()>
                <Icon shape />
                {word}
            </button>
        }
    };
    view! {
        <footer>
            <SiteLinks />
            <form class="switch" method="post" action=SetTheme::PATH aria-label=text::THEME>
                <input type="hidden" name="back" value=here />
                {choice(Theme::System, Shape::SunMoon, text::THEME_SYSTEM)}
                {choice(Theme::Light, Shape::Sun, text::THEME_LIGHT)}
                {choice(Theme::Dark, Shape::Moon, text::THEME_DARK)}
            </form>
        </footer>
    }
}
