//! Navigation of pages for signed-in users.

use crate::{
    model::{Access, Page},
    ui::{app::navigation_label, context::PageContext, text},
};
use leptos::prelude::*;

/// Id of the navigation, for the button that opens it.
pub const NAVIGATION_ID: &str = "navigation";

/// Main navigation: the pages that the user may see, those of administrators apart. Stands at the side where
/// there is room, and opens as a popover elsewhere.
#[component]
pub fn Navigation() -> impl IntoView {
    let (administrative, personal): (Vec<Page>, Vec<Page>) =
        PageContext::current().open_pages.into_iter().partition(|page| matches!(page.access(), Access::Allowed(_)));
    view! {
        <nav class="side" id=NAVIGATION_ID popover="auto" aria-label=text::PAGES>
            <div>
                <Pages pages=personal />
                {(!administrative.is_empty()).then(|| view! {
                    <h2>{text::ADMINISTRATION}</h2>
                    <Pages pages=administrative />
                })}
            </div>
        </nav>
    }
}

#[component]
fn Pages(pages: Vec<Page>) -> impl IntoView {
    let here = PageContext::current().here;
    let (path, query) = here.split_once('?').unwrap_or((&here, ""));
    let is_unlisted = Page::of(path).is_some_and(|page| navigation_label(page).is_none());
    // Of several pages above one that is not listed, such as that of all users and the overview, the nearest.
    let is_above = |page: &Page| path.strip_prefix(page.path()).is_some_and(|rest| rest.starts_with('/'));
    let listed = pages.iter().copied().filter(|page| navigation_label(*page).is_some());
    let nearest = listed.filter(is_above).max_by_key(|page| page.path().len()).filter(|_| is_unlisted);
    // Jobs are about users, whatever their address.
    let above = match Page::of(path) {
        Some(Page::Job | Page::Jobs) => Some(Page::Users),
        _ => nearest,
    };
    let links = pages.into_iter().filter_map(|page| {
        let label = navigation_label(page)?;
        // With a query, the page is about one thing of its list, or about a part of it.
        let is_here = page.path() == path;
        let current =
            (is_here || above == Some(page)).then_some(if is_here && query.is_empty() { "page" } else { "true" });
        Some(view! { <li><a href=page.path() aria-current=current>{label}</a></li> })
    });
    view! { <ul>{links.collect_view()}</ul> }
}

/// The way back from a page about one thing: the page that lists it, and what this page is about.
#[component]
pub fn Breadcrumbs(list: Page, #[prop(into)] address: String, #[prop(into)] here: String) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label=text::BREADCRUMBS>
            <ol>
                <li><a href=address>{navigation_label(list)}</a></li>
                <li aria-current="page"><bdi>{here}</bdi></li>
            </ol>
        </nav>
    }
}
