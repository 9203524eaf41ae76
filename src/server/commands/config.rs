//! `claviger config`.

use crate::server::settings::Loaded;

/// Prints every setting in force and where it comes from.
pub fn run(loaded: &Loaded) {
    let width = |text: fn(&crate::server::settings::Shown) -> &str| {
        loaded.listing.iter().map(|shown| text(shown).chars().count()).max().unwrap_or(0)
    };
    let (key_width, value_width) = (width(|shown| &shown.key), width(|shown| &shown.value));
    for shown in &loaded.listing {
        println!("{:key_width$}  {:value_width$}  {}", shown.key, shown.value, shown.origin);
    }
}
