//! Which part of the monitor's list somebody looks at, as its address says it.

use super::{SessionSort, SortKey};
use serde::{Deserialize, Serialize};

/// Where the monitor is.
const PAGE: &str = "/admin/monitor";

/// What the address asks for. Everything in it is somebody's text: what names nothing is not said.
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
    /// The view of a query, as in `?search=ada&sort=-lastSeenAt` without the question mark.
    pub fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// As a query.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }

    /// The page's address with this view.
    pub fn address(&self) -> String {
        let query = self.query();
        if query.is_empty() { PAGE.to_owned() } else { format!("{PAGE}?{query}") }
    }

    /// How the list is sorted.
    pub fn sort(&self) -> SessionSort {
        self.sort.parse().unwrap_or_default()
    }

    /// Whether only some sessions are asked for.
    pub fn is_filtered(&self) -> bool {
        !(self.search.is_empty() && self.state.is_empty() && self.kind.is_empty() && self.user.is_empty())
    }

    /// The first part of what is asked for.
    #[must_use]
    pub fn from_start(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// The same by this key, from its start; by the key that it is sorted by already, the other way round.
    #[must_use]
    pub fn sorted_by(&self, key: SortKey) -> Self {
        let now = self.sort();
        // People ask for the latest and the most first, names from their beginning.
        let is_descending = if now.key == key { !now.is_descending } else { key != SortKey::User };
        Self { sort: SessionSort { key, is_descending }.to_string(), ..self.from_start() }
    }

    /// The part that begins after this place.
    #[must_use]
    pub fn after(&self, session: &str) -> Self {
        Self { after: session.to_owned(), ..self.from_start() }
    }

    /// The part that ends before this place.
    #[must_use]
    pub fn before(&self, session: &str) -> Self {
        Self { before: session.to_owned(), ..self.from_start() }
    }

    /// All sessions of one user.
    pub fn of_user(user: &str) -> Self {
        Self { user: user.to_owned(), ..Self::default() }
    }
}

macro_rules! words {
    ($(#[$doc:meta] $name:ident { $(#[$of:meta] $word:ident = $text:literal),+ $(,)? })+) => { $(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[$of] $word),+ }

        impl $name {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The name as addresses and forms write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }

            /// The one of this name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    )+ };
}

words! {
    /// The states that the list can be narrowed to.
    StateWord {
        /// Alive, and nothing is wrong.
        Live = "live",
        /// Alive, and somebody should look.
        Suspected = "suspected",
        /// Over.
        Ended = "ended",
    }
    /// Whose sessions are to end.
    EndScope {
        /// The one session with the id.
        Session = "session",
        /// All of the user with the id.
        User = "user",
        /// Everybody's but the one that asks.
        Others = "others",
        /// Everybody's.
        All = "all",
    }
}

impl EndScope {
    /// The page that asks whether these sessions are to end.
    pub fn address(self, id: &str) -> String {
        let asked = format!("{PAGE}?end={}", self.as_str());
        if id.is_empty() { asked } else { format!("{asked}&id={id}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_read_out_of_its_own_address() {
        let view = MonitorView { search: "100% & ü".into(), sort: "user".into(), ..MonitorView::default() };
        assert_eq!(view.address(), "/admin/monitor?search=100%25+%26+%C3%BC&sort=user");
        assert_eq!(MonitorView::parse(&view.query()), view);
        assert_eq!(MonitorView::default().address(), "/admin/monitor");
    }

    #[test]
    fn what_an_address_says_beside_its_view_does_no_harm() {
        assert_eq!(MonitorView::parse("x=1&state=live").state, "live");
        for odd in ["search=a&search=b", "%ff=%ff", "&&=&"] {
            assert_eq!(MonitorView::parse(odd), MonitorView::default(), "{odd}");
        }
    }

    #[test]
    fn a_second_click_on_a_head_turns_the_order_round() {
        let view = MonitorView { after: "x".into(), state: "live".into(), ..MonitorView::default() };
        let once = view.sorted_by(SortKey::LastSeenAt);
        assert_eq!((once.sort.as_str(), once.after.as_str(), once.state.as_str()), ("-lastSeenAt", "", "live"));
        assert_eq!(once.sorted_by(SortKey::LastSeenAt).sort, "lastSeenAt");
        assert_eq!(view.sorted_by(SortKey::CreatedAt).sort, "createdAt", "the newest are first already");
        assert_eq!(view.sorted_by(SortKey::User).sort, "user");
    }

    #[test]
    fn the_part_after_a_session_is_not_the_one_before_another() {
        let view = MonitorView { search: "ada".into(), ..MonitorView::default() };
        assert_eq!(view.after("b").before("a").address(), "/admin/monitor?search=ada&before=a");
    }
}
