//! Strings that must not be printed.

use std::fmt;

use super::value::{Unfit, Value};

/// A string that prints as `***`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a string to keep it from being printed.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the string itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for Secret {
    fn read(text: &str) -> Result<Self, Unfit> {
        Ok(Self(text.to_owned()))
    }
}
