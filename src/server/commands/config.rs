//! `claviger config`.

use super::{Failure, print};
use crate::server::settings::{Loaded, Shown};

/// Width of the column of values. A longer value moves the origin on its own line only, so that all others fit
/// into a terminal of 80 columns.
const VALUE_WIDTH: usize = 32;

/// Prints every setting in force and where it comes from, one on each line.
pub fn run(loaded: &Loaded) -> Result<(), Failure> {
    let key_width = loaded.listing.iter().map(|shown| shown.key.chars().count()).max().unwrap_or(0);
    let line = |Shown { key, value, origin }: &Shown| format!("{key:key_width$}  {value:VALUE_WIDTH$}  {origin}");
    print(&loaded.listing.iter().map(line).collect::<Vec<_>>().join("\n"))
}
