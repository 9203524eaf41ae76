//! Text of all lists.

/// Label of the links to the other parts of a list.
pub const PARTS: &str = "Pagination";
pub const PREVIOUS: &str = "← Previous";
pub const NEXT: &str = "Next →";

/// Says which parameter of the address of a list is wrong.
pub fn wrong_filter(name: &str) -> String {
    format!(
        "The address has a filter that doesn’t work here: “{name}”. Nothing is listed. Change the filters or clear them."
    )
}
