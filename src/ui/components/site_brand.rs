//! The name and logo of the site, and its links.

use super::key_mark::KeyMark;
use crate::ui::{context::PageContext, text};
use leptos::prelude::*;

/// The logo, or else the key, and the name of the site.
#[component]
pub fn SiteBrand() -> impl IntoView {
    let brand = PageContext::current().brand;
    let mark = match brand.logo.clone() {
        Some(src) => view! { <img class="logo" src=src alt="" /> }.into_any(),
        None => view! { <KeyMark /> }.into_any(),
    };
    view! {
        {mark}
        <bdi>{brand.name.clone()}</bdi>
    }
}

/// The links that the operator set, or nothing.
#[component]
pub fn SiteLinks() -> impl IntoView {
    let links = PageContext::current().brand.links.clone();
    let links = [(text::TERMS, links.terms), (text::PRIVACY, links.privacy), (text::SUPPORT, links.support)];
    let links: Vec<_> = links.into_iter().filter_map(|(label, link)| Some((label, link?))).collect();
    (!links.is_empty()).then(|| {
        let links = links.into_iter().map(|(label, link)| view! { <li><a href=link>{label}</a></li> });
        view! { <ul class="site-links">{links.collect_view()}</ul> }
    })
}
