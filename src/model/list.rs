//! Order of lists, and places in them.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Sort order of a list. `-createdAt` means newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort<K> {
    pub key: K,
    pub is_descending: bool,
}

impl<K: Default> Default for Sort<K> {
    fn default() -> Self {
        Self { key: K::default(), is_descending: true }
    }
}

impl<K: fmt::Display> fmt::Display for Sort<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_descending { "-" } else { "" }, self.key)
    }
}

impl<K: FromStr> FromStr for Sort<K> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let name = text.strip_prefix('-').unwrap_or(text);
        let key = name.parse().map_err(|_| ())?;
        Ok(Self { key, is_descending: name.len() < text.len() })
    }
}

/// How many rows the list on a page counts at most; one more stands for "more than that".
pub const COUNTED: i64 = 10_000;

/// Cursor in a sorted list: a row's id and the sort value that was shown. The cursor stays valid when the row changes
/// or disappears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace<Id> {
    pub id: Id,
    pub value: String,
}

impl<Id: fmt::Display> fmt::Display for ListPlace<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.value)
    }
}

impl<Id: FromStr> FromStr for ListPlace<Id> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, value) = text.split_once('.').ok_or(())?;
        Ok(Self { id: id.parse().map_err(|_| ())?, value: value.to_owned() })
    }
}

/// Returns the name of the first parameter of a query that is not valid, or comes twice.
pub(super) fn wrong_parameter(query: &str, is_valid: impl Fn(&str, &str) -> bool) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let is_twice = |at: usize| pairs[..at].iter().any(|(name, _)| *name == pairs[at].0);
    let wrong = pairs.iter().enumerate().find(|(at, (name, value))| !is_valid(name, value) || is_twice(*at));
    wrong.map(|(_, (name, _))| name.clone())
}
