//! `claviger config`.

use super::{Failure, print};
use crate::server::settings::Loaded;

/// Prints every setting in force and where it comes from.
pub fn run(loaded: &Loaded) -> Result<(), Failure> {
    let width = |text: fn(&crate::server::settings::Shown) -> &str| {
        loaded.listing.iter().map(|shown| text(shown).chars().count()).max().unwrap_or(0)
    };
    let (key_width, value_width) = (width(|shown| &shown.key), width(|shown| &shown.value));
    let line = |shown: &crate::server::settings::Shown| {
        format!("{:key_width$}  {:value_width$}  {}", shown.key, shown.value, shown.origin)
    };
    print(&loaded.listing.iter().map(line).collect::<Vec<_>>().join("\n"))
}
