//! The filter, order and position of the list of users, as its address encodes them.

use super::{Page, Status, TimeRange, UserSort, UserSortKey, list::wrong_parameter};
use serde::{Deserialize, Serialize};

/// Parsed query of the list of users. The values are untrusted text; values that name nothing are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UsersView {
    pub search: String,
    pub status: String,
    pub role: String,
    pub verified: String,
    pub locked: String,
    pub signed_in: String,
    /// Days, as `2026-01-31`.
    pub created_from: String,
    pub created_to: String,
    pub last_sign_in_from: String,
    pub last_sign_in_to: String,
    pub sort: String,
    pub after: String,
    pub before: String,
}

impl UsersView {
    /// Parses a query such as `search=ada&sort=email`, without the question mark.
    pub fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// Returns the name of the first parameter of a query that is unknown, has no valid value, or comes twice. A list
    /// without that filter would be longer than meant.
    pub fn wrong_in(query: &str) -> Option<String> {
        wrong_parameter(query, is_valid)
    }

    /// Returns the address of the page with this view.
    pub fn address(&self) -> String {
        let place = [("sort", &self.sort), ("after", &self.after), ("before", &self.before)];
        let place = place.into_iter().filter(|(_, value)| !value.is_empty());
        Page::Users.with(self.filters().chain(place).collect::<Vec<_>>())
    }

    /// Returns the filters that are set, by the names of their parameters.
    pub fn filters(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [
            ("search", &self.search),
            ("status", &self.status),
            ("role", &self.role),
            ("verified", &self.verified),
            ("locked", &self.locked),
            ("signedIn", &self.signed_in),
            ("createdFrom", &self.created_from),
            ("createdTo", &self.created_to),
            ("lastSignInFrom", &self.last_sign_in_from),
            ("lastSignInTo", &self.last_sign_in_to),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Returns the filters that are set, and the order if it is not the default.
    pub fn filters_and_order(&self) -> Vec<(&'static str, String)> {
        let order = Some(("sort", &self.sort)).filter(|(_, sort)| !sort.is_empty());
        self.filters().chain(order).map(|(name, value)| (name, value.clone())).collect()
    }

    /// Returns the address of the export of all users of this view.
    pub fn export_address(&self, format: &str) -> String {
        let is_day = |name: &str| name.ends_with("From") || name.ends_with("To");
        let pairs = self.filters().filter(|(name, _)| !is_day(name)).map(|(name, value)| (name, value.clone()));
        let ranges = [
            ("created", range(&self.created_from, &self.created_to)),
            ("lastSignIn", range(&self.last_sign_in_from, &self.last_sign_in_to)),
            ("sort", self.sort.clone()),
        ];
        let ranges = ranges.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs = [("format", format.to_owned())].into_iter().chain(pairs).chain(ranges).collect::<Vec<_>>();
        format!("/api/v1/users/export?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }

    /// Returns the sort order, or the default for an unknown one.
    pub fn sort(&self) -> UserSort {
        self.sort.parse().unwrap_or_default()
    }

    /// Returns whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        self.filters().next().is_some()
    }

    /// Returns the first page sorted by `key`. If the view already has that key, the direction is reversed.
    #[must_use]
    pub fn sorted_by(&self, key: UserSortKey) -> Self {
        let now = self.sort();
        // Users expect the latest first, but addresses in ascending order.
        let is_descending = if now.key == key { !now.is_descending } else { key != UserSortKey::Email };
        Self { sort: UserSort { key, is_descending }.to_string(), ..self.at("", "") }
    }

    /// Returns the page that starts after one cursor or ends before another; both empty, the first page.
    #[must_use]
    pub fn at(&self, after: &str, before: &str) -> Self {
        Self { after: after.to_owned(), before: before.to_owned(), ..self.clone() }
    }
}

/// Returns whether a parameter exists and can have this value. Roles are compared with those there are by the list itself.
fn is_valid(name: &str, value: &str) -> bool {
    let is_known = |valid: bool| valid || value.is_empty();
    match name {
        "search" | "role" | "after" | "before" => true,
        "status" => is_known(value.parse::<Status>().is_ok()),
        "verified" | "locked" | "signedIn" => is_known(value.parse::<bool>().is_ok()),
        "createdFrom" | "createdTo" | "lastSignInFrom" | "lastSignInTo" => is_known(TimeRange::is_day(value)),
        "sort" => is_known(value.parse::<UserSort>().is_ok()),
        _ => false,
    }
}

/// Returns the range of these days as REST reads it; empty if there is none.
fn range(first: &str, last: &str) -> String {
    let limits = [(">=", first), ("<=", last)].into_iter().filter(|(_, day)| !day.is_empty());
    limits.map(|(operator, day)| format!("{operator}{day}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_parsed_from_its_own_address() {
        let view = UsersView { search: "a&b".into(), signed_in: "true".into(), ..UsersView::default() }.at("x", "");
        assert_eq!(view.address(), "/admin/users?search=a%26b&signedIn=true&after=x");
        assert_eq!(UsersView::parse("search=a%26b&signedIn=true&after=x"), view);
        assert_eq!(UsersView::default().address(), "/admin/users");
        assert_eq!(UsersView::parse("search=a&search=b"), UsersView::default());
    }

    #[test]
    fn a_filter_that_would_be_ignored_is_found() {
        for (query, wrong) in [
            ("", None),
            (
                "search=a&status=banned&role=x&verified=true&locked=false&signedIn=&createdFrom=2026-01-31&sort=-email",
                None,
            ),
            ("status=&sort=&after=x&before=", None),
            ("search=a&status=suspended", Some("status")),
            ("verified=yes", Some("verified")),
            ("createdTo=2026-02-31", Some("createdTo")),
            ("sort=name", Some("sort")),
            ("Status=banned", Some("Status")),
            ("search=a&search=b", Some("search")),
        ] {
            assert_eq!(UsersView::wrong_in(query).as_deref(), wrong, "{query}");
        }
    }

    #[test]
    fn an_export_has_the_filters_and_the_order_of_the_view() {
        let view = UsersView {
            role: "admin".into(),
            created_from: "2026-01-01".into(),
            sort: "email".into(),
            ..UsersView::default()
        };
        let address = "/api/v1/users/export?format=csv&role=admin&created=%3E%3D2026-01-01&sort=email";
        assert_eq!(view.at("x", "").export_address("csv"), address);
        assert_eq!(range("2026-01-01", "2026-01-31"), ">=2026-01-01,<=2026-01-31");
    }

    #[test]
    fn a_second_click_on_a_column_header_reverses_the_order() {
        let view = UsersView { locked: "true".into(), ..UsersView::default() }.at("x", "");
        assert_eq!(view.sorted_by(UserSortKey::CreatedAt).sort, "createdAt", "the newest are first already");
        let once = view.sorted_by(UserSortKey::Email);
        assert_eq!((once.sort.as_str(), once.after.as_str(), once.locked.as_str()), ("email", "", "true"));
        assert_eq!(once.sorted_by(UserSortKey::Email).sort, "-email");
    }
}
