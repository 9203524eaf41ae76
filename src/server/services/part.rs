//! Pages of lists: queries read one row more than is shown, to know whether there are more.

use crate::model::ListPlace;
use std::str::FromStr;

/// Where a page of a list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor<Id> {
    Start,
    /// After this many rows.
    Skip(i64),
    After(ListPlace<Id>),
    Before(ListPlace<Id>),
}

impl<Id: FromStr> Cursor<Id> {
    /// Reads the cursors of a page's address, of which one is empty. Anything else is the start.
    pub fn read(after: &str, before: &str) -> Self {
        match (after.parse(), before.parse()) {
            (Ok(place), _) => Self::After(place),
            (_, Ok(place)) => Self::Before(place),
            _ => Self::Start,
        }
    }
}

impl<Id> Cursor<Id> {
    /// Returns the place that reading starts after, how many rows are skipped, and whether it reads backward.
    pub(super) fn into_parts(self) -> (Option<ListPlace<Id>>, i64, bool) {
        match self {
            Self::Start => (None, 0, false),
            Self::Skip(skipped) => (None, skipped, false),
            Self::After(place) => (Some(place), 0, false),
            Self::Before(place) => (Some(place), 0, true),
        }
    }
}

/// The rows of a page in the list's order, and whether there are more on either side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<T> {
    pub rows: Vec<T>,
    pub has_next: bool,
    pub has_prev: bool,
}

impl<T> Part<T> {
    /// Builds a page from `limit + 1` rows at most. Rows read backward come nearest first. `is_later` is
    /// whether reading began after the list's first row.
    pub fn of(mut rows: Vec<T>, limit: i64, is_backward: bool, is_later: bool) -> Self {
        let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
        if has_more {
            rows.pop();
        }
        if is_backward {
            rows.reverse();
        }
        let (has_next, has_prev) = if is_backward { (true, has_more) } else { (has_more, is_later) };
        Self { rows, has_next, has_prev }
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn a_page_knows_whether_there_are_others_on_either_side() {
        let part = |rows: &[u8], is_backward, is_later| {
            let Part { rows, has_next, has_prev } = Part::of(rows.to_vec(), 2, is_backward, is_later);
            (rows, has_next, has_prev)
        };
        assert_eq!(part(&[1, 2], false, false), (vec![1, 2], false, false));
        assert_eq!(part(&[1, 2, 3], false, false), (vec![1, 2], true, false));
        assert_eq!(part(&[3], false, true), (vec![3], false, true));
        assert_eq!(part(&[4, 3, 2], true, true), (vec![3, 4], true, true));
        assert_eq!(part(&[2, 1], true, true), (vec![1, 2], true, false));
    }
}
