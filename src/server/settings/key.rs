//! Declaration of one setting.

use std::marker::PhantomData;

use super::value::Value;

/// Default of a setting.
#[derive(Clone, Copy)]
pub(super) enum Default {
    /// No value. The text is what the listing shows instead.
    Unset(&'static str),
    Text(&'static str),
    /// The number of processor cores.
    Cores,
    /// `pretty` on a terminal, `json` otherwise.
    LogFormat,
    /// The embedded database in the data folder.
    DatabaseFile,
}

/// How much of a value may be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    Open,
    /// A URL that may hold a password.
    Credentials,
    Whole,
}

/// What a key does in this version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Acts,
    /// Refused, with how to fix it: without the feature the installation would be less safe than it looks.
    Missing(&'static str),
}

/// One row of the table of settings.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub name: &'static str,
    pub default: Default,
    pub secrecy: Secrecy,
    pub effect: Effect,
    pub bounds: Option<(&'static str, &'static str)>,
    pub is_list: bool,
}

impl Key {
    pub const fn new(name: &'static str, default: Default) -> Self {
        Self { name, default, secrecy: Secrecy::Open, effect: Effect::Acts, bounds: None, is_list: false }
    }

    pub const fn between(self, low: &'static str, high: &'static str) -> Self {
        Self { bounds: Some((low, high)), ..self }
    }

    pub const fn secret(self) -> Self {
        Self { secrecy: Secrecy::Whole, ..self }
    }

    pub const fn with_credentials(self) -> Self {
        Self { secrecy: Secrecy::Credentials, ..self }
    }

    pub const fn missing(self, fix: &'static str) -> Self {
        Self { effect: Effect::Missing(fix), ..self }
    }

    pub fn environment_name(&self) -> String {
        environment_name(self.name)
    }

    /// Returns whether an empty value unsets the value of a lower layer. An empty secret is an error instead.
    pub fn empty_unsets(&self) -> bool {
        matches!(self.default, Default::Unset(_)) && (self.secrecy != Secrecy::Whole || self.is_list)
    }
}

/// Returns the environment variable of a dotted name.
pub(super) fn environment_name(name: &str) -> String {
    format!("CLAVIGER_{}", name.to_ascii_uppercase().replace('.', "__"))
}

/// A key with the type that its text is parsed into.
pub(super) struct Typed<T> {
    pub key: Key,
    kind: PhantomData<fn() -> T>,
}

impl<T: Value> Typed<T> {
    pub const fn of(key: Key) -> Self {
        Self { key: Key { is_list: T::IS_LIST, ..key }, kind: PhantomData }
    }
}

impl<T> Clone for Typed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Typed<T> {}
