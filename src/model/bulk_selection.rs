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

    /// Parses a selection to start with; `None` without an action, or with a wrong filter.
    pub fn to_start(query: &str) -> Option<(BulkKind, Self)> {
        let selection = Self::parse(query);
        Some((selection.kind.filter(|_| Self::wrong_in(query).is_none())?, selection))
    }

    /// Returns the name of the first filter of a query that is wrong: it would select more users than meant.
    pub fn wrong_in(query: &str) -> Option<String> {
        UsersView::wrong_in(&list_query(query))
    }

    /// Returns the address of the list that the selection in a query was made on, with every filter as it is.
    pub fn list_address(query: &str) -> String {
        match list_query(query) {
            list if list.is_empty() => Page::Users.path().to_owned(),
            list => format!("{}?{list}", Page::Users.path()),
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

/// Returns what a query says about the list.
fn list_query(query: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let of_list = pairs.iter().filter(|(name, _)| !["action", "of", "id"].contains(&name.as_str()));
    serde_urlencoded::to_string(of_list.collect::<Vec<_>>()).unwrap_or_default()
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

    #[test]
    fn a_wrong_filter_is_found_and_kept_for_the_list() {
        let query = "action=ban&of=all&id=a&id=b&status=gone&x=1";
        assert_eq!(BulkSelection::wrong_in(query).as_deref(), Some("status"));
        assert_eq!(BulkSelection::list_address(query), "/admin/users?status=gone&x=1");
        assert_eq!(BulkSelection::wrong_in("action=ban&of=selected&id=a&id=b&search=x"), None);
        assert_eq!(BulkSelection::list_address("action=&of=all"), "/admin/users");
    }
}
