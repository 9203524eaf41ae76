//! Pagination: reads the requested page of a list and builds its response.

use crate::server::{
    http::{problem::Problem, state::AppState},
    services::Cursor,
};
use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The page of a list that the client requests.
pub struct PageRequest {
    limit: usize,
    from: Position,
    path: String,
    /// The other query parameters, repeated in the links.
    filters: Vec<(String, String)>,
}

/// Cursors of the next and the previous page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursors {
    pub next: Option<String>,
    pub prev: Option<String>,
}

impl Cursors {
    /// Builds the cursors from the positions that the next page starts after and the previous page ends before.
    pub fn of(next: Option<String>, prev: Option<String>) -> Self {
        Self { next: next.map(|place| format!("after.{place}")), prev: prev.map(|place| format!("before.{place}")) }
    }
}

enum Position {
    Start,
    Page(usize),
    Cursor(String),
}

/// The query parameters for pagination.
const OWN: [&str; 3] = ["limit", "page", "cursor"];

#[derive(Deserialize)]
struct PageQuery {
    limit: Option<String>,
    page: Option<String>,
    cursor: Option<String>,
}

/// One page of a list in a response.
#[derive(Serialize)]
pub struct ListResponse<T> {
    data: Vec<T>,
    pagination: Pagination,
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    limit: usize,
    total: usize,
    next_cursor: Option<String>,
    prev_cursor: Option<String>,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    this: String,
    next: Option<String>,
    prev: Option<String>,
}

impl FromRequestParts<AppState> for PageRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        Self::read(&parts.uri)
    }
}

impl PageRequest {
    fn read(uri: &Uri) -> Result<Self, Problem> {
        let Query(asked) =
            Query::<PageQuery>::try_from_uri(uri).map_err(|_| Problem::BadRequest("Invalid query string"))?;
        let number = |text: &str, field: &str| {
            text.parse::<usize>()
                .ok()
                .filter(|n| *n > 0)
                .ok_or_else(|| Problem::of_field(field, &"Must be an integer of 1 or more"))
        };
        let limit = asked.limit.map_or(Ok(20), |text| number(&text, "limit"))?;
        if limit > 100 {
            return Err(Problem::of_field("limit", &"Must be an integer from 1 to 100"));
        }
        let from = match (asked.cursor, asked.page) {
            (Some(cursor), _) => Position::Cursor(cursor),
            (None, Some(page)) => Position::Page(number(&page, "page")?),
            (None, None) => Position::Start,
        };
        let filters: Vec<(String, String)> =
            serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default();
        let filters = filters.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect();
        Ok(Self { limit, from, path: uri.path().to_owned(), filters })
    }

    /// Returns the maximum number of entries.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX)
    }

    /// Returns the cursor to start from, if there is one.
    pub fn cursor(&self) -> Option<&str> {
        match &self.from {
            Position::Cursor(cursor) => Some(cursor),
            Position::Start | Position::Page(_) => None,
        }
    }

    /// Returns how many entries precede a page requested by number.
    pub fn skipped(&self) -> i64 {
        match self.from {
            Position::Page(page) => i64::try_from(page - 1).unwrap_or(i64::MAX).saturating_mul(self.limit()),
            Position::Start | Position::Cursor(_) => 0,
        }
    }

    /// Returns the position to start from.
    pub fn place<Id: FromStr>(&self) -> Result<Cursor<Id>, Problem> {
        let Some(cursor) = self.cursor() else { return Ok(Cursor::Skip(self.skipped())) };
        let found = match cursor.split_once('.') {
            Some(("after", place)) => place.parse().ok().map(Cursor::After),
            Some(("before", place)) => place.parse().ok().map(Cursor::Before),
            _ => None,
        };
        found.ok_or_else(Self::over)
    }

    /// The field error for a cursor that is no longer valid.
    pub fn over() -> Problem {
        Problem::of_field("cursor", &"Cursor expired; start again without it")
    }

    /// Builds the response from entries read from the database.
    pub fn answer<T>(self, data: Vec<T>, total: usize, cursors: Cursors) -> ListResponse<T> {
        let Cursors { next: next_cursor, prev: prev_cursor } = cursors;
        let links = Links {
            this: match &self.from {
                Position::Page(page) => format!("{}&page={page}", self.link(None)),
                Position::Start | Position::Cursor(_) => self.link(self.cursor()),
            },
            next: self.link_to(next_cursor.as_deref()),
            prev: self.link_to(prev_cursor.as_deref()),
        };
        ListResponse { data, pagination: Pagination { limit: self.limit, total, next_cursor, prev_cursor }, links }
    }

    fn link_to(&self, cursor: Option<&str>) -> Option<String> {
        cursor.map(|cursor| self.link(Some(cursor)))
    }

    fn link(&self, cursor: Option<&str>) -> String {
        let limit = self.limit.to_string();
        let own = [("limit", Some(limit.as_str())), ("cursor", cursor)];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let filters = self.filters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let query = serde_urlencoded::to_string(own.chain(filters).collect::<Vec<_>>()).unwrap_or_default();
        format!("{}?{query}", self.path)
    }
}

/// Parses a parameter; `None` if it is missing or empty.
pub fn parsed<T: FromStr>(text: Option<String>, name: &str, help: &'static str) -> Result<Option<T>, Problem> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Problem::of_field(name, &help)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SessionId;

    const PLACE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV.7";

    fn page_request(query: &str) -> Result<PageRequest, Problem> {
        PageRequest::read(&format!("/api/v1/things?{query}").parse().expect("uri"))
    }

    fn place(query: &str) -> Result<Cursor<SessionId>, Problem> {
        page_request(query)?.place()
    }

    #[test]
    fn a_page_links_to_its_neighbours_and_repeats_the_query() {
        let cursors = Cursors::of(Some("next".to_owned()), None);
        let listed = page_request("limit=2&kind=api&page=2").expect("part").answer(vec!["a", "b"], 5, cursors);
        let listed = serde_json::to_value(listed).expect("json");
        assert_eq!(listed["data"], serde_json::json!(["a", "b"]));
        assert_eq!(
            listed["pagination"],
            serde_json::json!({ "limit": 2, "total": 5, "nextCursor": "after.next", "prevCursor": null })
        );
        assert_eq!(listed["links"]["self"], "/api/v1/things?limit=2&kind=api&page=2");
        assert_eq!(listed["links"]["next"], "/api/v1/things?limit=2&cursor=after.next&kind=api");
        assert_eq!(listed["links"]["prev"], serde_json::Value::Null);
    }

    #[test]
    fn a_cursor_is_the_start_of_a_page_or_its_end() {
        assert!(matches!(place(""), Ok(Cursor::Skip(0))));
        assert!(matches!(place("limit=2&page=3"), Ok(Cursor::Skip(4))));
        assert!(matches!(place(&format!("cursor=after.{PLACE}")), Ok(Cursor::After(place)) if place.value == "7"));
        assert!(matches!(place(&format!("cursor=before.{PLACE}")), Ok(Cursor::Before(_))));
    }

    #[test]
    fn an_impossible_page_is_refused_with_its_field() {
        for query in ["limit=0", "limit=101", "limit=-1", "limit=x", "page=0", "cursor=nope", "cursor=after.nope"] {
            assert!(matches!(place(query), Err(Problem::BadFields(_))), "{query}");
        }
    }
}
