//! Format and level of the log.

use super::super::error::SettingsError;
use super::super::keys;
use super::super::value::{Unfit, Value};
use super::super::values::Values;

/// Format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For log collectors, one JSON object per line.
    Json,
}

impl Value for LogFormat {
    fn read(text: &str) -> Result<Self, Unfit> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err(Unfit::new("`pretty` or `json`")),
        }
    }
}

/// The section `log`.
#[derive(Debug, Clone)]
pub struct Log {
    /// The format of lines.
    pub format: LogFormat,
    /// The least severe level that is written.
    pub level: tracing::Level,
}

impl Log {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self { format: values.read(keys::LOG_FORMAT)?, level: values.read(keys::LOG_LEVEL)? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{refusal, source};
    use super::super::super::{Settings, Source};
    use super::*;

    #[test]
    fn a_person_at_a_terminal_gets_the_pretty_format() {
        let format = |terminal| {
            let source = Source { terminal, ..source() };
            Settings::load(&source).unwrap().settings.log.format
        };
        assert_eq!((format(true), format(false)), (LogFormat::Pretty, LogFormat::Json));
    }

    #[test]
    fn formats_and_levels_are_named_when_mistyped() {
        assert!(refusal(&[("log.format", "xml")]).ends_with(": must be `pretty` or `json`"));
        assert!(refusal(&[("log.level", "loud")]).ends_with(": must be `error`, `warn`, `info`, `debug` or `trace`"));
    }
}
