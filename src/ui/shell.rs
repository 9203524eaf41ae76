//! The HTML document around every page.

use super::{
    app::{App, title_of},
    context::{Assets, PageContext},
    pages::{ErrorPage, OtherOriginPage},
    text::{self, admin, monitor, roles},
};
use crate::model::{Page, RoleQuery, RoleQuestion, Theme};
use leptos::{nonce::use_nonce, prelude::*};

/// Renders the document of a page.
pub fn shell() -> impl IntoView {
    // Leptos's own script component does the same for islands: content outside of islands is never hydrated, so
    // no data for it is serialized into the page.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let PageContext { assets, here, flash, brand, subject, .. } = PageContext::current();
    let has_errors = flash.form.is_some_and(|(_, state)| !state.errors.is_empty());
    view! {
        <Document title=title_at(&here, subject.as_deref(), has_errors, &brand.name) description=description_at(&here) assets=Some(assets)>
            <App />
        </Document>
    }
}

/// Document of an error page for an HTTP status. `retry_after` is in seconds and applies to 429. `public_url`
/// is set when a form was sent from another origin, and is where it works.
#[component]
pub fn ErrorDocument(status: u16, retry_after: Option<u64>, public_url: Option<String>) -> impl IntoView {
    let title = public_url.as_ref().map_or(text::problem(status).title, |_| text::OTHER_ORIGIN);
    let title = text::titled(title, &PageContext::current().brand.name);
    view! {
        <Document title description=None assets=None>
            {match public_url {
                Some(public_url) => view! { <OtherOriginPage public_url /> }.into_any(),
                None => view! { <ErrorPage status retry_after /> }.into_any(),
            }}
        </Document>
    }
}

/// Returns the document title of the page at `here`, a path with an optional query, on the site of this name. Marks it
/// as an error if `is_refused`. `about` is the name of the user that the page is about.
fn title_at(here: &str, about: Option<&str>, is_refused: bool, site: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let asked = |name: &str| {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let role = RoleQuery::parse(query);
    let subject = match Page::of(path) {
        Some(Page::User) if about.is_some() => about.unwrap_or_default(),
        Some(Page::Roles) if role.ask.is_some() && !role.role.is_empty() => text::role(&role.role),
        Some(Page::Roles) if role.ask.is_some() => roles::question(RoleQuestion::Create),
        Some(Page::VerifyEmail | Page::ForgotPassword) if asked("sent").is_some() => text::CHECK_MAIL,
        Some(Page::Monitor) if asked("session").is_some() => monitor::SESSION,
        Some(Page::Monitor) if asked("end").is_some() => monitor::END_SESSIONS,
        Some(Page::Outbox) if asked("id").is_some() => admin::ONE_MAIL,
        Some(page) => title_of(page),
        None => text::problem(404).title,
    };
    let mark = if is_refused { "Error: " } else { "" };
    text::titled(&format!("{mark}{subject}"), site)
}

/// Returns what search results and link previews say about the page at `here`, if anyone may see it.
fn description_at(here: &str) -> Option<&'static str> {
    Page::of(here.split('?').next().unwrap_or_default()).and_then(text::description)
}

/// Escapes a title for `inner_html`. A text child would not do: Leptos may put comment markers next to it, and
/// a title element shows them as text.
fn title_text(title: &str) -> String {
    title.replace('&', "&amp;").replace('<', "&lt;")
}

/// The HTML document. Pages without islands have no `assets` and ship no code.
#[component]
fn Document(
    title: String,
    description: Option<&'static str>,
    assets: Option<Assets>,
    children: Children,
) -> impl IntoView {
    let PageContext { theme, assets: Assets { css, .. }, brand, .. } = PageContext::current();
    let (scheme, forced) = match theme {
        Theme::System => ("light dark", None),
        forced => (forced.into_str(), Some(forced.into_str())),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=forced>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=scheme />
                <meta name="robots" content="noindex" />
                {description.map(|text| view! { <meta name="description" content=text /> })}
                <ThemeColor theme />
                <title inner_html=title_text(&title)></title>
                <link rel="stylesheet" href=css />
                {brand.style.clone().map(|style| view! { <link rel="stylesheet" href=style /> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/touch-icon.png" />
                <link rel="manifest" href="/site.webmanifest" />
                {assets.map(|assets| view! { <Scripts assets /> })}
            </head>
            <body>
                <a class="skip" href="#main">{text::SKIP}</a>
                {children()}
            </body>
        </html>
    }
}

/// The ground of the page in the light and the dark scheme (`--page` in `style/main.css`).
const GROUNDS: (&str, &str) = ("#f6f6f4", "#131416");

/// Colours the browser's own bars like the page below them, whatever the site's accent: the header has no colour of
/// its own.
#[component]
fn ThemeColor(theme: Theme) -> impl IntoView {
    let (light, dark) = GROUNDS;
    // Leptos knows no `media` of this element.
    let bar = |colour: &'static str, scheme: &str| {
        let meta = leptos::html::meta().name("theme-color").content(colour);
        meta.attr("media", format!("(prefers-color-scheme: {scheme})"))
    };
    match theme {
        Theme::Light => view! { <meta name="theme-color" content=light /> }.into_any(),
        Theme::Dark => view! { <meta name="theme-color" content=dark /> }.into_any(),
        Theme::System => (bar(light, "light"), bar(dark, "dark")).into_any(),
    }
}

/// Loads the script that hydrates the islands when the page is idle or used. Nothing is preloaded: that would
/// compete with what the page needs to show.
#[component]
fn Scripts(assets: Assets) -> impl IntoView {
    let Assets { js, wasm, start, reload_port, .. } = assets;
    view! {
        <script
            type="module"
            src=start
            nonce=use_nonce()
            data-js=js
            data-wasm=wasm
            data-reload-port=reload_port.map(|port| port.to_string())
        ></script>
    }
}

impl PageContext {
    /// Returns the context of the current request, or the default while routes are only listed.
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_of_the_browser_have_the_ground_of_the_page() {
        let (light, dark) = GROUNDS;
        let declared = format!("--page: light-dark({light}, {dark});");
        assert!(include_str!("../../style/main.css").contains(&declared), "{declared}");
        let manifest: serde_json::Value = serde_json::from_str(include_str!("../../public/site.webmanifest")).unwrap();
        assert_eq!(manifest["theme_color"], light);
    }

    #[test]
    fn a_title_names_the_page_and_says_whether_a_form_was_refused() {
        let title = |here| title_at(here, None, false, "Example");
        assert_eq!(title("/login?next=/x"), "Sign in · Example");
        assert_eq!(title("/verify-email?token=x"), "Verify your email address · Example");
        assert_eq!(title("/verify-email?sent=1"), "Check your email · Example");
        assert_eq!(title("/admin/roles?ask=edit&role=support"), "support · Example");
        assert_eq!(title("/admin/roles?ask=create"), "Create a role · Example");
        assert_eq!(title_at("/admin/users/x", Some("Ada"), false, "Example"), "Ada · Example");
        assert_eq!(title("/admin/mail?state=sent"), "Email log · Example");
        assert_eq!(title("/admin/mail?id=x"), "Email · Example");
        assert_eq!(title("/admin/monitor?session=x"), "Session · Example");
        assert_eq!(title("/admin/monitor?end=all"), "Sign users out · Example");
        assert_eq!(title_at("/setup", None, true, "Example"), "Error: Set up Claviger · Example");
    }
}
