//! The answer with one page of a list.

use super::query::{PageRequest, Position};
use crate::server::http::problem::Problem;
use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

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

/// One page of a list, with the same links in the body and in the header `Link` (RFC 8288).
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
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_pages: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    next_cursor: Option<String>,
    prev_cursor: Option<String>,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    this: String,
    first: String,
    next: Option<String>,
    prev: Option<String>,
}

impl<T: Serialize> IntoResponse for ListResponse<T> {
    fn into_response(self) -> Response {
        let Links { this, first, next, prev } = &self.links;
        let links = [("self", Some(this)), ("first", Some(first)), ("next", next.as_ref()), ("prev", prev.as_ref())];
        let links = links.into_iter().filter_map(|(rel, link)| Some(format!("<{}>; rel=\"{rel}\"", link?)));
        let links = HeaderValue::from_str(&links.collect::<Vec<_>>().join(", "));
        let mut response = Json(self).into_response();
        // The links are percent-encoded, so they are a header value.
        response.headers_mut().extend(links.ok().map(|links| (header::LINK, links)));
        response
    }
}

impl PageRequest {
    /// Builds the response from entries read from the database.
    pub fn answer<T>(self, data: Vec<T>, total: i64, cursors: Cursors) -> ListResponse<T> {
        let Cursors { next: next_cursor, prev: prev_cursor } = cursors;
        let (page, offset, cursor) = match &self.from {
            Position::Start => (None, None, None),
            Position::Page(page) => (Some(*page), None, None),
            Position::Offset(offset) => (None, Some(*offset), None),
            Position::Cursor(cursor) => (None, None, Some(cursor.as_str())),
        };
        let number = |number: Option<usize>| number.map(|number| number.to_string());
        let total = usize::try_from(total).ok();
        let beyond = total.filter(|total| data.is_empty() && *total > 0);
        let total = total.filter(|_| self.is_counted);
        let links = Links {
            this: self.link(&[
                ("cursor", cursor),
                ("page", number(page).as_deref()),
                ("offset", number(offset).as_deref()),
            ]),
            first: self.link(&[]),
            next: next_cursor.as_deref().map(|cursor| self.link(&[("cursor", Some(cursor))])),
            prev: match &prev_cursor {
                Some(cursor) => Some(self.link(&[("cursor", Some(cursor))])),
                None => beyond.and_then(|total| self.last_page(total)),
            },
        };
        let total_pages = total.map(|total| total.div_ceil(self.limit));
        let limit = self.limit;
        ListResponse {
            data,
            pagination: Pagination { limit, total, page, total_pages, offset, next_cursor, prev_cursor },
            links,
        }
    }

    /// Returns the link to the last page from one by number or offset that begins after all entries.
    fn last_page(&self, total: usize) -> Option<String> {
        let (name, number) = match self.from {
            Position::Page(_) => ("page", total.div_ceil(self.limit)),
            Position::Offset(_) => ("offset", total.saturating_sub(self.limit)),
            Position::Start | Position::Cursor(_) => return None,
        };
        Some(self.link(&[(name, Some(&number.to_string()))]))
    }

    /// Builds the response from all entries of a short list, which are in the order of their names.
    pub fn answer_from<T>(self, mut all: Vec<T>, name: impl Fn(&T) -> &str) -> Result<ListResponse<T>, Problem> {
        let total = all.len();
        let (begin, end) = match &self.from {
            Position::Cursor(cursor) => match cursor.split_once('.') {
                Some(("after", place)) => (all.partition_point(|entry| name(entry) <= place), total),
                Some(("before", place)) => {
                    let end = all.partition_point(|entry| name(entry) < place);
                    (end.saturating_sub(self.limit), end)
                }
                _ => return Err(Self::over()),
            },
            _ => (self.skipped().min(total), total),
        };
        let end = end.min(begin + self.limit);
        let rows: Vec<T> = all.drain(begin..end).collect();
        let place = |row: Option<&T>| row.map(|row| name(row).to_owned());
        let next = place(rows.last()).filter(|_| end < total);
        let prev = place(rows.first()).filter(|_| begin > 0);
        Ok(self.answer(rows, i64::try_from(total).unwrap_or(i64::MAX), Cursors::of(next, prev)))
    }

    fn link(&self, position: &[(&str, Option<&str>)]) -> String {
        let limit = self.limit.to_string();
        let position = position.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let filters = self.filters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<_> = std::iter::once(("limit", limit.as_str())).chain(position).chain(filters).collect();
        format!("{}?{}", self.path, serde_urlencoded::to_string(pairs).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(from: Position, is_counted: bool) -> ListResponse<&'static str> {
        let filters = vec![("kind".to_owned(), "api".to_owned())];
        let request = PageRequest { limit: 2, from, path: "/api/v1/things".to_owned(), filters, is_counted };
        request.answer(vec!["a", "b"], 5, Cursors::of(Some("next".to_owned()), None))
    }

    #[test]
    fn a_page_links_to_its_neighbours_and_repeats_the_query() {
        let listed = serde_json::to_value(answer(Position::Page(2), true)).expect("json");
        assert_eq!(listed["data"], json!(["a", "b"]));
        assert_eq!(
            listed["pagination"],
            json!({ "limit": 2, "total": 5, "page": 2, "totalPages": 3, "nextCursor": "after.next", "prevCursor": null })
        );
        assert_eq!(
            listed["links"],
            json!({
                "self": "/api/v1/things?limit=2&page=2&kind=api",
                "first": "/api/v1/things?limit=2&kind=api",
                "next": "/api/v1/things?limit=2&cursor=after.next&kind=api",
                "prev": null,
            })
        );
    }

    #[test]
    fn a_short_list_is_paged_by_name_in_both_directions() {
        let page = |from: Position| {
            let request = PageRequest { limit: 2, from, path: String::new(), filters: Vec::new(), is_counted: true };
            let Ok(page) = request.answer_from(vec!["a", "b", "c", "d", "e"], |name| name) else { return None };
            let (next, prev) = (page.pagination.next_cursor, page.pagination.prev_cursor);
            Some((page.data.concat(), next.unwrap_or_default(), prev.unwrap_or_default()))
        };
        let cursor = |text: &str| page(Position::Cursor(text.to_owned()));
        let expect = |rows: &str, next: &str, prev: &str| Some((rows.to_owned(), next.to_owned(), prev.to_owned()));
        assert_eq!(page(Position::Start), expect("ab", "after.b", ""));
        assert_eq!(cursor("after.b"), expect("cd", "after.d", "before.c"));
        assert_eq!(cursor("after.bb"), expect("cd", "after.d", "before.c"), "the place is gone");
        assert_eq!(page(Position::Page(3)), expect("e", "", "before.e"));
        assert_eq!(cursor("before.e"), expect("cd", "after.d", "before.c"));
        assert_eq!(cursor("before.b"), expect("a", "after.a", ""), "no row is shown twice");
        assert_eq!(page(Position::Offset(9)), expect("", "", ""));
        assert_eq!(cursor("x"), None);
    }

    #[test]
    fn the_header_has_the_same_links_and_the_total_can_be_left_out() {
        let listed = answer(Position::Offset(4), false);
        let pagination = serde_json::to_value(&listed.pagination).expect("json");
        assert_eq!(pagination, json!({ "limit": 2, "offset": 4, "nextCursor": "after.next", "prevCursor": null }));
        let header = listed.into_response().headers()[header::LINK].clone();
        assert_eq!(
            header,
            "</api/v1/things?limit=2&offset=4&kind=api>; rel=\"self\", \
             </api/v1/things?limit=2&kind=api>; rel=\"first\", \
             </api/v1/things?limit=2&cursor=after.next&kind=api>; rel=\"next\""
        );
    }
}
