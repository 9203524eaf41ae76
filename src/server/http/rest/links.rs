//! Links of a resource: its own address, and what the caller may do with it now.

use serde::Serialize;
use std::collections::BTreeMap;

/// The links of one resource, by name.
pub type Links = BTreeMap<&'static str, Link>;

/// One link of a resource.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Link {
    This(String),
    Action { href: String, method: &'static str },
}

/// Returns the links of the resource at `this`. An action is a name, a method, an address, and whether the caller may do
/// it now.
pub fn links<const N: usize>(this: String, actions: [(&'static str, &'static str, String, bool); N]) -> Links {
    let allowed = actions.into_iter().filter(|(.., is_allowed)| *is_allowed);
    let action = |(name, method, href, _)| (name, Link::Action { href, method });
    std::iter::once(("self", Link::This(this))).chain(allowed.map(action)).collect()
}
