//! Reads the settings file and flattens it to dotted keys and strings.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use toml::{Table, Value};

use super::error::SettingsError;
use super::keys;
use super::load::Source;
use super::values::{Origin, unknown};

const FILE_NAME: &str = "Leptos.toml";

/// Content of a settings file.
pub(super) struct SettingsFile {
    /// The path as the operator knows it.
    pub path: String,
    pub pairs: Vec<(String, String)>,
    /// Leptos's own `site-addr`, not yet parsed.
    pub site_addr: Option<String>,
}

impl SettingsFile {
    /// Reads the file named by `--config`, or the one in the working folder if it exists.
    pub fn open(source: &Source) -> Result<Option<Self>, SettingsError> {
        let Some(path) = &source.file else {
            let text = read(&source.working_dir.join(FILE_NAME), FILE_NAME)?;
            return text.map(|text| Self::parse(FILE_NAME, &text)).transpose();
        };
        let shown = path.display().to_string();
        match read(&source.working_dir.join(path), &shown)? {
            Some(text) => Self::parse(&shown, &text).map(Some),
            None => Err(SettingsError::NoFile { path: shown }),
        }
    }

    fn parse(path: &str, text: &str) -> Result<Self, SettingsError> {
        let table: Table = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
        let mut file = Self { path: path.to_owned(), pairs: Vec::new(), site_addr: None };
        for (name, value) in &table {
            if name == "package" {
                file.site_addr = site_addr(value);
            } else {
                file.flatten(name, value)?;
            }
        }
        Ok(file)
    }

    fn flatten(&mut self, name: &str, value: &Value) -> Result<(), SettingsError> {
        match value {
            Value::Table(table) if keys::find(name).is_none() => {
                // An empty section sets nothing, but a mistyped one would go unnoticed.
                if table.is_empty() && !keys::is_section(name) {
                    return Err(self.unknown(name));
                }
                for (part, value) in table {
                    self.flatten(&format!("{name}.{part}"), value)?;
                }
            }
            Value::Array(items) if keys::find(name).is_none_or(|key| key.is_list) => {
                let items: Option<Vec<_>> = items.iter().map(scalar).collect();
                let items = items.ok_or_else(|| self.misshapen(name, "a list of strings"))?;
                self.pairs.push((name.to_owned(), items.join(",")));
            }
            single => {
                let text = scalar(single).ok_or_else(|| self.misshapen(name, "a single value"))?;
                self.pairs.push((name.to_owned(), text));
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> SettingsError {
        let origin = Origin::File(self.path.clone());
        unknown(&origin.name(name), name, &origin)
    }

    fn misshapen(&self, name: &str, wanted: &str) -> SettingsError {
        SettingsError::Value(format!("{} must be {wanted}", Origin::File(self.path.clone()).name(name)))
    }
}

fn read(path: &Path, shown: &str) -> Result<Option<String>, SettingsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(SettingsError::Unreadable { path: shown.to_owned(), cause }),
    }
}

/// Builds the error without the line itself: the display of the library's error quotes it, and it may hold a secret.
fn not_toml(path: &str, text: &str, error: &toml::de::Error) -> SettingsError {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    SettingsError::NotToml {
        path: path.to_owned(),
        line: 1 + before.matches('\n').count(),
        message: error.message().to_owned(),
    }
}

fn site_addr(package: &Value) -> Option<String> {
    let leptos = package.get("metadata")?.get("leptos")?;
    leptos.get("site-addr").map(|value| scalar(value).unwrap_or_default())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(switch.to_string()),
        Value::Datetime(time) => Some(time.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::testing::{Folder, message, source};
    use super::super::{Settings, SettingsError};
    use super::*;

    fn in_folder(folder: &Folder) -> Source {
        Source { working_dir: folder.path().to_owned(), ..source() }
    }

    fn refused(text: &str) -> String {
        message(&in_folder(&Folder::with(text)))
    }

    #[test]
    fn without_a_file_the_defaults_apply() {
        assert!(Settings::load(&in_folder(&Folder::empty())).is_ok());
    }

    #[test]
    fn a_requested_file_must_exist() {
        let source = Source { file: Some(PathBuf::from("mine.toml")), ..in_folder(&Folder::empty()) };
        assert_eq!(message(&source), "mine.toml not found: give `--config` an existing file, or leave it out");
    }

    #[test]
    fn a_requested_file_is_read_instead_of_the_one_in_the_folder() {
        let folder = Folder::with("[log]\nlevel = 'debug'\n");
        folder.write("mine.toml", "[log]\nlevel = 'trace'\n");
        let source = Source { file: Some(PathBuf::from("mine.toml")), ..in_folder(&folder) };
        let loaded = Settings::load(&source).unwrap();
        assert_eq!(loaded.settings.log.level, tracing::Level::TRACE);
        assert!(loaded.listing.iter().any(|shown| shown.origin == "file mine.toml"));
    }

    #[test]
    fn the_keys_of_leptos_and_cargo_in_package_are_skipped() {
        let text = "[package]\nname = 'x'\n[package.metadata.leptos]\nanything = [1]\n[tokens]\n";
        assert!(Settings::load(&in_folder(&Folder::with(text))).is_ok());
    }

    #[test]
    fn lists_are_arrays_or_strings_with_commas() {
        for list in ["['10.0.0.0/8', '::1']", "'10.0.0.0/8, ::1'"] {
            let folder = Folder::with(&format!("[server]\ntrusted_proxies = {list}\n"));
            let loaded = Settings::load(&in_folder(&folder)).unwrap();
            assert_eq!(loaded.settings.server.trusted_proxies.len(), 2, "{list}");
        }
    }

    #[test]
    fn unknown_keys_and_sections_are_named() {
        assert_eq!(
            refused("[tokens]\nacess_ttl = '1m'\n"),
            "unknown setting `tokens.acess_ttl` in Leptos.toml: did you mean `tokens.access_ttl`?"
        );
        assert!(refused("[tokns]\n").starts_with("unknown setting `tokns` in Leptos.toml"));
        assert!(refused("[tokens.more]\n").starts_with("unknown setting `tokens.more` in Leptos.toml"));
        assert!(refused("public_url = 'http://localhost'").contains("did you mean `server.public_url`?"));
        assert!(refused("tokens = 5").contains("unknown setting `tokens` in Leptos.toml"));
        assert!(refused("[providers.github]\nclient_id = 'x'").contains("`providers.github.client_id` in Leptos.toml"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused() {
        assert!(
            refused("[tokens]\naccess_ttl = ['1m']\n")
                .contains("`tokens.access_ttl` in Leptos.toml must be a single value")
        );
        assert!(refused("[tokens.access_ttl]\n").contains("must be a single value"));
        assert!(refused("[server]\ntrusted_proxies = [['x']]\n").contains("must be a list of strings"));
        assert!(refused("[server]\ntrusted_proxies = { a = 1 }\n").contains("must be a single value"));
    }

    #[test]
    fn an_error_in_a_file_names_the_line_and_reveals_no_secret() {
        let text = refused("[tokens]\njwt_secret = \"hush\n\n[log]\n");
        assert!(text.starts_with("Leptos.toml is not valid TOML: fix line 2 ("), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }

    #[test]
    fn a_file_that_is_not_text_is_refused() {
        let folder = Folder::empty();
        folder.write("Leptos.toml", [0xff_u8, 0xfe]);
        assert!(matches!(Settings::load(&in_folder(&folder)), Err(SettingsError::Unreadable { .. })));
    }
}
