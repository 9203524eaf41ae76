//! The filter, order and position of the monitor's list, as its address encodes them.

use super::{Page, SessionKind, SessionSort, SessionSortKey, list::wrong_parameter};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Parsed query of the monitor. The values are untrusted text; values that name nothing are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MonitorView {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl MonitorView {
    /// Parses a query such as `search=ada&sort=-lastSeenAt`, without the question mark.
    pub fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// Returns the name of the first parameter of a query that is unknown, has no valid value, or comes twice.
    pub fn wrong_in(query: &str) -> Option<String> {
        wrong_parameter(query, |name, value| match name {
            "search" | "user" | "after" | "before" => true,
            "state" => value.is_empty() || value.parse::<StateFilter>().is_ok(),
            "kind" => value.is_empty() || value.parse::<SessionKind>().is_ok(),
            "sort" => value.is_empty() || value.parse::<SessionSort>().is_ok(),
            _ => false,
        })
    }

    /// Returns the view as a query string.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }

    /// Returns the address of the page with this view.
    pub fn address(&self) -> String {
        Page::Monitor.with(self)
    }

    /// Returns the sort order, or the default for an unknown one.
    pub fn sort(&self) -> SessionSort {
        self.sort.parse().unwrap_or_default()
    }

    /// Returns whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        !(self.search.is_empty() && self.state.is_empty() && self.kind.is_empty() && self.user.is_empty())
    }

    /// Returns the first page of this view.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// Returns the first page sorted by `key`. If the view already has that key, the direction is reversed.
    #[must_use]
    pub fn sorted_by(&self, key: SessionSortKey) -> Self {
        let now = self.sort();
        // Users expect the latest and the largest first, but names in ascending order.
        let is_descending = if now.key == key { !now.is_descending } else { key != SessionSortKey::User };
        Self { sort: SessionSort { key, is_descending }.to_string(), ..self.from_start() }
    }

    /// Returns the page that starts after this cursor.
    #[must_use]
    pub fn after(&self, session: &str) -> Self {
        Self { after: session.to_owned(), ..self.from_start() }
    }

    /// Returns the page that ends before this cursor.
    #[must_use]
    pub fn before(&self, session: &str) -> Self {
        Self { before: session.to_owned(), ..self.from_start() }
    }

    /// Returns the address of the page of one session, which leads back to this view.
    pub fn session(&self, id: &str) -> String {
        self.from(&[("session", id)])
    }

    /// Returns the address of the page with this query, which leads back to this view.
    fn from(&self, query: &[(&str, &str)]) -> String {
        let (asked, view) = (Page::Monitor.with(query), self.query());
        if view.is_empty() { asked } else { format!("{asked}&{view}") }
    }

    /// Returns the view of all sessions of one user.
    pub fn of_user(user: &str) -> Self {
        Self { user: user.to_owned(), ..Self::default() }
    }
}

/// State that the list can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum StateFilter {
    /// Live, with no risk signal.
    Live,
    /// Live, with a risk signal.
    Flagged,
    /// Ended.
    Ended,
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum EndScope {
    /// The session with the given id.
    Session,
    /// All sessions of the user with the given id.
    User,
    /// Every session except the caller's.
    Others,
    /// Every session.
    All,
}

impl EndScope {
    /// Returns the address of the page that asks for confirmation, and leads back to `view`.
    pub fn address(self, id: &str, view: &MonitorView) -> String {
        let scope = ("end", self.into_str());
        if id.is_empty() { view.from(&[scope]) } else { view.from(&[scope, ("id", id)]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_parsed_from_its_own_address() {
        let view = MonitorView { search: "100% & ü".into(), sort: "user".into(), ..MonitorView::default() };
        assert_eq!(view.address(), "/admin/monitor?search=100%25+%26+%C3%BC&sort=user");
        assert_eq!(MonitorView::parse(&view.query()), view);
        assert_eq!(MonitorView::default().address(), "/admin/monitor");
    }

    #[test]
    fn a_page_about_sessions_leads_back_to_the_view_it_came_from() {
        let view = MonitorView { search: "a&b".into(), after: "x".into(), ..MonitorView::default() };
        for address in [view.session("s"), EndScope::Session.address("s", &view), EndScope::All.address("", &view)] {
            let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
            assert_eq!(MonitorView::parse(query), view, "{address}");
        }
        assert_eq!(EndScope::All.address("", &MonitorView::default()), "/admin/monitor?end=all");
    }

    #[test]
    fn unknown_parameters_of_an_address_are_ignored() {
        assert_eq!(MonitorView::parse("x=1&state=live").state, "live");
        for odd in ["search=a&search=b", "%ff=%ff", "&&=&"] {
            assert_eq!(MonitorView::parse(odd), MonitorView::default(), "{odd}");
        }
    }

    #[test]
    fn a_filter_that_would_be_ignored_is_found() {
        for (query, wrong) in [
            ("search=a&state=live&kind=api&sort=-user&after=x", None),
            ("state=&kind=&user=x", None),
            ("state=gone", Some("state")),
            ("kind=x", Some("kind")),
            ("sort=x", Some("sort")),
            ("x=1", Some("x")),
            ("search=a&search=b", Some("search")),
        ] {
            assert_eq!(MonitorView::wrong_in(query).as_deref(), wrong, "{query}");
        }
    }

    #[test]
    fn a_second_click_on_a_column_header_reverses_the_order() {
        let view = MonitorView { after: "x".into(), state: "live".into(), ..MonitorView::default() };
        let once = view.sorted_by(SessionSortKey::LastSeenAt);
        assert_eq!((once.sort.as_str(), once.after.as_str(), once.state.as_str()), ("-lastSeenAt", "", "live"));
        assert_eq!(once.sorted_by(SessionSortKey::LastSeenAt).sort, "lastSeenAt");
        assert_eq!(view.sorted_by(SessionSortKey::CreatedAt).sort, "createdAt", "the newest are first already");
        assert_eq!(view.sorted_by(SessionSortKey::User).sort, "user");
    }

    #[test]
    fn a_view_has_at_most_one_cursor() {
        let view = MonitorView { search: "ada".into(), ..MonitorView::default() };
        assert_eq!(view.after("b").before("a").address(), "/admin/monitor?search=ada&before=a");
    }
}
