//! The users that an administrator selects on the list, as the address of the next page encodes them.

use super::{BulkKind, Page, UsersView};

/// The most users that are selected one by one.
const MOST: usize = 100;

/// What to do, and to whom. The values are untrusted text; what names nothing is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkSelection {
    pub kind: Option<BulkKind>,
    /// The ids of the selected users; `None` for all who match the view.
    pub ids: Option<Vec<String>>,
    pub view: UsersView,
}

impl BulkSelection {
    /// Parses a query such as `action=ban&of=selected&id=…&id=…&search=ada`.
    pub fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let values = |wanted: &'static str| {
            pairs.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.to_owned())
        };
        let is_all = values("of").next().is_some_and(|of| of == "all");
        let mut ids: Vec<String> = values("id").take(MOST).collect();
        ids.sort();
        ids.dedup();
        Self {
            kind: values("action").next().and_then(|action| action.parse().ok()),
            ids: (!is_all).then_some(ids),
            view: UsersView::parse(query).at("", ""),
        }
    }

    /// Returns the address of the page that asks about this selection.
    pub fn address(&self) -> String {
        Page::ChangeUsers.with(self.pairs())
    }

    /// Returns the selection as a query.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self.pairs()).unwrap_or_default()
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let action = self.kind.map(|kind| ("action", kind.to_string()));
        let of = ("of", if self.ids.is_some() { "selected" } else { "all" }.to_owned());
        let ids = self.ids.iter().flatten().map(|id| ("id", id.clone()));
        action.into_iter().chain([of]).chain(ids).chain(self.view.filters_and_order()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_parsed_from_its_own_address() {
        let query = "action=setRoles&of=selected&id=a&id=b&search=x%26y&sort=email";
        let selection = BulkSelection::parse(query);
        assert_eq!(selection.kind, Some(BulkKind::SetRoles));
        assert_eq!(selection.ids, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!((selection.view.search.as_str(), selection.view.sort.as_str()), ("x&y", "email"));
        assert_eq!(selection.query(), query);
        assert_eq!(selection.address(), format!("/admin/users/bulk?{query}"));
    }

    #[test]
    fn all_who_match_are_meant_only_where_that_is_said() {
        assert_eq!(BulkSelection::parse("action=ban&of=all&id=a&status=banned&after=x").ids, None);
        assert_eq!(BulkSelection::parse("action=ban").ids, Some(Vec::new()));
        assert_eq!(BulkSelection::parse("action=nonsense&of=all").kind, None);
        assert_eq!(BulkSelection::parse("of=all&after=x").view.after, "");
    }
}
