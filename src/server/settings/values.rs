//! The value in force for each key and where it comes from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use super::env_file;
use super::error::SettingsError;
use super::key::{Default, Key, Secrecy, Typed, environment_name};
use super::keys;
use super::listing::without_password;
use super::nearest::nearest;
use super::value::Value;

/// The layer that a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    File(String),
    EnvFile,
    Environment,
    Flag,
}

impl Origin {
    /// Returns the name as the operator wrote it in that layer.
    pub fn name(&self, name: &str) -> String {
        match self {
            Self::File(path) => format!("`{name}` in {path}"),
            Self::EnvFile => format!("`{}` in {}", environment_name(name), env_file::FILE_NAME),
            Self::Environment => format!("`{}`", environment_name(name)),
            Self::Flag => format!("`--set {name}`"),
        }
    }

    /// Returns the origin as the listing shows it.
    pub fn shown(&self, name: &str) -> String {
        match self {
            Self::File(path) => format!("file {path}"),
            Self::EnvFile => format!("{} {}", env_file::FILE_NAME, environment_name(name)),
            Self::Environment => format!("environment {}", environment_name(name)),
            Self::Flag => format!("flag --set {name}"),
        }
    }
}

pub(super) struct Given {
    pub text: String,
    pub origin: Origin,
}

/// The text of every key, with the defaults of this machine underneath.
pub(super) struct Values {
    given: BTreeMap<&'static str, Given>,
    cores: usize,
    terminal: bool,
}

impl Values {
    pub fn new(cores: usize, terminal: bool) -> Self {
        Self { given: BTreeMap::new(), cores, terminal }
    }

    /// Sets a value, which overrides lower layers.
    pub fn set(&mut self, name: &str, text: &str, origin: Origin) -> Result<(), SettingsError> {
        let Some(key) = keys::find(name) else {
            return Err(unknown(&origin.name(name), name, &origin));
        };
        let text = text.trim().to_owned();
        if text.is_empty() && key.empty_unsets() {
            self.given.remove(key.name);
        } else {
            self.given.insert(key.name, Given { text, origin });
        }
        Ok(())
    }

    /// Returns the value that some layer set.
    pub fn given(&self, key: &Key) -> Option<&Given> {
        self.given.get(key.name)
    }

    /// Returns the text in force.
    pub fn text(&self, key: &Key) -> Option<Cow<'_, str>> {
        if let Some(given) = self.given(key) {
            return Some(Cow::Borrowed(&given.text));
        }
        match key.default {
            Default::Unset(_) => None,
            Default::Text(text) => Some(text.into()),
            Default::Cores => Some(self.cores.max(1).to_string().into()),
            Default::LogFormat => Some(if self.terminal { "pretty" } else { "json" }.into()),
            Default::DatabaseFile => Some(self.database_file().into()),
        }
    }

    fn database_file(&self) -> String {
        let folder = self.text(&keys::DATA_DIR.key).unwrap_or_default();
        format!("sqlite://{}/claviger.db", folder.trim_end_matches('/'))
    }

    /// Returns the typed value in force.
    pub fn read<T: Value>(&self, typed: Typed<T>) -> Result<T, SettingsError> {
        let key = &typed.key;
        match self.text(key) {
            None => T::absent().ok_or_else(|| self.refuse(key, "must be set")),
            Some(text) => T::read(&text).map_err(|unfit| self.refuse_value(key, &unfit)),
        }
    }

    /// Returns the typed value in force after checking the bounds of its key.
    pub fn read_within<T: Value + PartialOrd>(&self, typed: Typed<T>) -> Result<T, SettingsError> {
        let value = self.read(typed)?;
        let Some((low, high)) = typed.key.bounds else {
            return Ok(value);
        };
        let fits = T::read(low).is_ok_and(|low| value >= low) && T::read(high).is_ok_and(|high| value <= high);
        let wanted = format_args!("must be between {low} and {high}");
        fits.then_some(value).ok_or_else(|| self.refuse_value(&typed.key, wanted))
    }

    /// Returns an error that shows the value, unless it is secret.
    pub fn refuse_value(&self, key: &Key, wanted: impl Display) -> SettingsError {
        let value = match self.text(key) {
            Some(text) if key.secrecy == Secrecy::Open => format!("value `{}`", without_password(&text).escape_debug()),
            _ => "value".to_owned(),
        };
        SettingsError::Value(format!("invalid {value} for {}: {wanted}", self.names(key)))
    }

    /// Returns an error about a key.
    pub fn refuse(&self, key: &Key, problem: impl Display) -> SettingsError {
        SettingsError::Value(format!("{} {problem}", self.names(key)))
    }

    /// Returns the name of a key as the operator wrote it, and its spelling elsewhere.
    fn names(&self, key: &Key) -> String {
        let origin = self.given(key).map(|given| &given.origin);
        let written = origin.map_or_else(|| format!("`{}`", key.name), |origin| origin.name(key.name));
        let elsewhere = match origin {
            Some(Origin::Environment | Origin::EnvFile) => format!("`{}` in Leptos.toml", key.name),
            _ => format!("`{}` in the environment", key.environment_name()),
        };
        format!("{written} ({elsewhere})")
    }
}

/// Returns an error about an unknown name, with the key that was probably meant.
pub(super) fn unknown(written: &str, name: &str, origin: &Origin) -> SettingsError {
    let fix = nearest(name).map_or_else(
        || "remove it; `claviger config` lists all settings".to_owned(),
        |key| match origin {
            Origin::File(_) => format!("did you mean `{}`?", key.name),
            Origin::EnvFile | Origin::Environment => format!("did you mean `{}`?", environment_name(key.name)),
            Origin::Flag => format!("did you mean {}?", origin.name(key.name)),
        },
    );
    SettingsError::Unknown { name: written.to_owned(), fix }
}
