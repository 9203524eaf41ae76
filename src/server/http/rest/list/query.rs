//! The query of a list: its filters, and the page that the client asks for.

use crate::server::{
    http::{problem::Problem, state::AppState},
    services::Cursor,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::HashSet, str::FromStr};

/// How many rows may precede a page that is asked for by number or offset. Cursors go on without a limit.
const DEEPEST: usize = 10_000;
/// The parameters that every list has.
const OWN: [&str; 6] = ["limit", "page_size", "page", "offset", "cursor", "order"];

/// The query of a list with the filters `F`, whose fields are optional texts. An unknown parameter, or one given twice,
/// is an error that names it.
pub struct ListQuery<F> {
    pub filters: F,
    pub page: PageRequest,
}

/// For lists without filters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilters {}

/// The page of a list that the client asks for.
pub struct PageRequest {
    pub(super) limit: usize,
    pub(super) from: Position,
    pub(super) path: String,
    /// The filters and the sort order, repeated in the links.
    pub(super) filters: Vec<(String, String)>,
    /// Whether to say how many entries there are (`Prefer: count=none` asks not to).
    pub(super) is_counted: bool,
}

pub(super) enum Position {
    Start,
    Page(usize),
    Offset(usize),
    Cursor(String),
}

impl<F: DeserializeOwned> FromRequestParts<AppState> for ListQuery<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        Self::read(&parts.uri, &parts.headers)
    }
}

impl<F: DeserializeOwned> ListQuery<F> {
    fn read(uri: &Uri, headers: &HeaderMap) -> Result<Self, Problem> {
        let (own, mut filters): (Vec<_>, Vec<_>) =
            pairs(uri)?.into_iter().partition(|(name, _)| OWN.contains(&name.as_str()));
        let own = |wanted: &str| own.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        if let Some(order) = own("order") {
            turn(&mut filters, order)?;
        }
        Ok(Self {
            filters: read_filters(&filters)?,
            page: PageRequest {
                limit: limit(own("limit"), own("page_size"))?,
                from: Position::of(own("cursor"), own("page"), own("offset"))?,
                path: uri.path().to_owned(),
                filters,
                is_counted: !prefers_no_count(headers),
            }
            .not_too_deep()?,
        })
    }
}

/// Reads the query of a list that comes as a whole: its filters, and one parameter of its own.
pub fn unpaged<F: DeserializeOwned>(uri: &Uri, own: &str) -> Result<(F, Option<String>), Problem> {
    let (own, filters): (Vec<_>, Vec<_>) = pairs(uri)?.into_iter().partition(|(name, _)| name == own);
    Ok((read_filters(&filters)?, own.into_iter().next().map(|(_, value)| value)))
}

/// Returns the parameters, of which none is given twice.
fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(uri.query().unwrap_or_default())
        .map_err(|_| Problem::BadRequest("Invalid query string"))?;
    let mut names = HashSet::new();
    match pairs.iter().find(|(name, _)| !names.insert(name)) {
        Some((name, _)) => Err(of_parameter(name, "Given twice")),
        None => Ok(pairs),
    }
}

fn read_filters<F: DeserializeOwned>(filters: &[(String, String)]) -> Result<F, Problem> {
    let encoded = serde_urlencoded::to_string(filters).unwrap_or_default();
    serde_urlencoded::from_str(&encoded).map_err(|error| unknown(&error.to_string()))
}

impl Position {
    fn of(cursor: Option<&str>, page: Option<&str>, offset: Option<&str>) -> Result<Self, Problem> {
        match (cursor, page, offset) {
            (None, None, None) => Ok(Self::Start),
            (Some(cursor), None, None) => Ok(Self::Cursor(cursor.to_owned())),
            (None, Some(page), None) => number(page, "page", 1).map(Self::Page),
            (None, None, Some(offset)) => number(offset, "offset", 0).map(Self::Offset),
            (Some(_), ..) => Err(Problem::of_field("cursor", &"Use only one of cursor, page and offset")),
            (None, Some(_), Some(_)) => Err(Problem::of_field("offset", &"Use only one of cursor, page and offset")),
        }
    }
}

impl PageRequest {
    /// Returns how many entries are counted at most.
    pub fn counted(&self) -> i64 {
        if self.is_counted { i64::MAX } else { 0 }
    }

    /// Returns the maximum number of entries.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX)
    }

    /// Returns the position to start from.
    pub fn place<Id: FromStr>(&self) -> Result<Cursor<Id>, Problem> {
        let Position::Cursor(cursor) = &self.from else {
            return Ok(Cursor::Skip(i64::try_from(self.skipped()).unwrap_or(i64::MAX)));
        };
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

    /// Returns how many entries precede a page asked for by number or offset.
    pub(super) fn skipped(&self) -> usize {
        match self.from {
            Position::Page(page) => (page - 1).saturating_mul(self.limit),
            Position::Offset(offset) => offset,
            Position::Start | Position::Cursor(_) => 0,
        }
    }

    fn not_too_deep(self) -> Result<Self, Problem> {
        let name = if matches!(self.from, Position::Page(_)) { "page" } else { "offset" };
        if self.skipped() > DEEPEST {
            return Err(Problem::of_field(name, &"Past 10,000 entries, follow the cursor"));
        }
        Ok(self)
    }
}

/// Parses a parameter; `None` if it is missing or empty.
pub fn parsed<T: FromStr>(text: Option<String>, name: &str, help: &'static str) -> Result<Option<T>, Problem> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Problem::of_field(name, &help)),
    }
}

/// Returns whether the client asks not to count (RFC 7240).
fn prefers_no_count(headers: &HeaderMap) -> bool {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|wish| wish.trim().replace('"', "") == "count=none")
}

fn number(text: &str, name: &str, least: usize) -> Result<usize, Problem> {
    let found = text.parse().ok().filter(|number| *number >= least);
    found.ok_or_else(|| Problem::of_field(name, &format!("Must be an integer of {least} or more")))
}

fn limit(limit: Option<&str>, page_size: Option<&str>) -> Result<usize, Problem> {
    let (text, name) = match (limit, page_size) {
        (None, None) => return Ok(20),
        (Some(text), None) => (text, "limit"),
        (None, Some(text)) => (text, "page_size"),
        (Some(_), Some(_)) => return Err(Problem::of_field("page_size", &"Use only one of limit and page_size")),
    };
    let found = text.parse().ok().filter(|number| (1..=100).contains(number));
    found.ok_or_else(|| Problem::of_field(name, &"Must be an integer from 1 to 100"))
}

/// Writes `order` into the sort order.
fn turn(filters: &mut [(String, String)], order: &str) -> Result<(), Problem> {
    let sign = match order {
        "asc" => "",
        "desc" => "-",
        _ => return Err(Problem::of_field("order", &"Must be asc or desc")),
    };
    let sort = filters.iter_mut().find(|(name, _)| name == "sort");
    let (_, sort) = sort.ok_or_else(|| Problem::of_field("order", &"Use it together with sort"))?;
    *sort = format!("{sign}{}", sort.trim_start_matches('-'));
    Ok(())
}

/// Names the unknown parameter of serde's message.
fn unknown(message: &str) -> Problem {
    let named = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    named.map_or(Problem::BadRequest("Invalid query string"), |(name, _)| of_parameter(name, "Unknown"))
}

/// An error in one parameter, of whose name the beginning is repeated.
fn of_parameter(name: &str, message: &'static str) -> Problem {
    let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    Problem::of_field(&name, &message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SessionId;

    const PLACE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV.7";

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filters {
        sort: Option<String>,
    }

    fn read(query: &str) -> Result<ListQuery<Filters>, Problem> {
        ListQuery::read(&format!("/api/v1/things?{query}").parse().expect("uri"), &HeaderMap::new())
    }

    fn place(query: &str) -> Result<Cursor<SessionId>, Problem> {
        read(query)?.page.place()
    }

    #[test]
    fn a_page_begins_at_its_number_its_offset_or_a_cursor() {
        assert!(matches!(place(""), Ok(Cursor::Skip(0))));
        assert!(matches!(place("limit=2&page=3"), Ok(Cursor::Skip(4))));
        assert!(matches!(place("page_size=100&page=101"), Ok(Cursor::Skip(10_000))));
        assert!(matches!(place("offset=10000"), Ok(Cursor::Skip(10_000))));
        assert!(matches!(place(&format!("cursor=after.{PLACE}")), Ok(Cursor::After(place)) if place.value == "7"));
        assert!(matches!(place(&format!("cursor=before.{PLACE}")), Ok(Cursor::Before(_))));
    }

    #[test]
    fn the_order_can_stand_apart_from_the_sort_key() {
        for (query, sort) in
            [("sort=email&order=desc", "-email"), ("sort=-email&order=asc", "email"), ("sort=-email", "-email")]
        {
            assert_eq!(read(query).ok().and_then(|query| query.filters.sort).as_deref(), Some(sort), "{query}");
        }
    }

    #[test]
    fn an_impossible_query_is_refused_with_its_parameter() {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=-1", "limit"),
            ("limit=x", "limit"),
            ("page_size=0", "page_size"),
            ("limit=1&page_size=1", "page_size"),
            ("page=0", "page"),
            ("page=502", "page"),
            ("offset=-1", "offset"),
            ("offset=10001", "offset"),
            ("page=1&offset=0", "offset"),
            ("cursor=x&page=1", "cursor"),
            ("cursor=nope", "cursor"),
            ("cursor=after.nope", "cursor"),
            ("order=desc", "order"),
            ("sort=email&order=up", "order"),
            ("sort=email&sort=email", "sort"),
            ("nonsense=1", "nonsense"),
        ] {
            let found = place(query).err();
            assert!(
                matches!(&found, Some(Problem::BadFields(fields)) if fields[0].field == name),
                "{query}: {found:?}"
            );
        }
        let long = "x".repeat(41);
        for (query, name) in [("filter%5Bx%5D=1", "filter[x]"), ("a%0Ab=1", "ab"), (&format!("{long}=1"), &long[1..])] {
            assert_eq!(read(query).err(), Some(Problem::of_field(name, &"Unknown")), "{query}");
        }
    }
}
