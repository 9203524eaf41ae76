//! Reads JSON Lines: one object per line, whose strings write line breaks as `
//! `.

use super::line::{Fields, Numbered};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, error::Category};
use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
};

/// Reader of non-empty lines, which reuses its buffer.
pub struct JsonLines<R> {
    reader: BufReader<R>,
    number: u64,
    bytes: Vec<u8>,
}

impl<R: Read> JsonLines<R> {
    /// Many times the size of a user.
    const MAX_BYTES: u64 = 64 << 10;

    pub fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), number: 0, bytes: Vec::new() }
    }

    /// Returns the fields of the next line and its number, counted from 1.
    pub fn next(&mut self) -> io::Result<Option<Numbered<Fields>>> {
        loop {
            self.bytes.clear();
            self.number += 1;
            if self.reader.by_ref().take(Self::MAX_BYTES).read_until(b'\n', &mut self.bytes)? == 0 {
                return Ok(None);
            }
            let is_too_long = self.bytes.len() as u64 == Self::MAX_BYTES && !self.bytes.ends_with(b"\n");
            if is_too_long {
                self.reader.skip_until(b'\n')?;
                return Ok(Some((self.number, Err("line too long".to_owned()))));
            }
            if !self.bytes.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, fields(self.number, &self.bytes))))
    }
}

fn fields(number: u64, bytes: &[u8]) -> Result<Fields, String> {
    let text = str::from_utf8(bytes).map_err(|_| "not UTF-8: save the file in that encoding")?;
    let text = if number == 1 { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text }.trim();
    // The library's message would repeat values.
    let once: Once = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data if error.to_string().starts_with(Once::TWICE) => Once::TWICE.to_owned(),
        Category::Data => "not a JSON object".to_owned(),
        _ => format!("invalid JSON at character {}: put each user on one line", error.column()),
    })?;
    Ok(once.0)
}

/// An object that has each of its fields once.
struct Once(Fields);

impl Once {
    const TWICE: &'static str = "duplicate field";
}

impl<'de> serde::Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnceVisitor)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = map.next_entry()? {
            if fields.insert(name, value).is_some() {
                return Err(A::Error::custom(Once::TWICE));
            }
        }
        Ok(Once(fields))
    }
}
