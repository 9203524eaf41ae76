//! Filters and sort order of the list of users.

use super::list::parsed;
use crate::server::{domain::UserFilter, http::problem::Problem, services::UserQuery};
use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// The query of the list of users, or the filter of a job. In JSON, flags may be booleans.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct UserListQuery {
    search: Option<Text>,
    status: Option<Text>,
    role: Option<Text>,
    verified: Option<Text>,
    locked: Option<Text>,
    signed_in: Option<Text>,
    created: Option<Text>,
    last_sign_in: Option<Text>,
    sort: Option<Text>,
}

impl UserListQuery {
    /// Returns the query with pages of `limit` users.
    pub fn read(self, limit: i64) -> Result<UserQuery, Problem> {
        const EITHER: &str = "Must be true or false";
        const RANGE: &str = "Use dates as in >=2026-01-01 or >=2026-01-01,<2026-02-01";
        Ok(UserQuery {
            filter: UserFilter {
                search: text(self.search).unwrap_or_default(),
                status: parsed(text(self.status), "status", "Must be active or banned")?,
                role: text(self.role).filter(|role| !role.is_empty()),
                is_verified: parsed(text(self.verified), "verified", EITHER)?,
                is_locked: parsed(text(self.locked), "locked", EITHER)?,
                is_signed_in: parsed(text(self.signed_in), "signedIn", EITHER)?,
                created: parsed(text(self.created), "created", RANGE)?.unwrap_or_default(),
                last_sign_in: parsed(text(self.last_sign_in), "lastSignIn", RANGE)?.unwrap_or_default(),
            },
            sort: parsed(
                text(self.sort),
                "sort",
                "Use createdAt, email or lastSignInAt, with - before it for the other direction",
            )?
            .unwrap_or_default(),
            limit,
        })
    }

    /// Returns the filter, which has no order.
    pub fn read_filter(self) -> Result<UserFilter, Problem> {
        if self.sort.is_some() { Err(Problem::of_field("sort", &"Unknown")) } else { Ok(self.read(0)?.filter) }
    }
}

/// A text, or a boolean as the text that stands for it in a query.
struct Text(String);

fn text(value: Option<Text>) -> Option<String> {
    value.map(|Text(text)| text)
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        value.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("text, true or false")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Text, E> {
        Ok(Text(flag.to_string()))
    }
}
