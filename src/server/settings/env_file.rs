//! The file `.env` in the working folder, with variables as in the environment.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::error::SettingsError;

/// The file name as the operator knows it.
pub(super) const FILE_NAME: &str = ".env";

/// Content of the file; empty if there is none.
#[derive(Default)]
pub(super) struct EnvFile {
    /// All variables of the file. The last of two values wins.
    pub variables: BTreeMap<String, String>,
    /// Whether other users of the machine can read the file.
    pub is_readable_by_others: bool,
}

impl EnvFile {
    /// Reads the file in `folder`. A folder of that name, as other programs use one, is ignored.
    pub fn open(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(FILE_NAME);
        let unreadable = |cause| SettingsError::Unreadable { path: FILE_NAME.to_owned(), cause };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                return Ok(Self::default());
            }
            Err(cause) => return Err(unreadable(cause)),
        };
        let mode = fs::metadata(&path).map_err(unreadable)?.permissions().mode();
        Ok(Self { variables: parse(&text)?, is_readable_by_others: mode & 0o044 != 0 })
    }

    /// Returns whether the file sets any Claviger setting.
    pub fn has_settings(&self) -> bool {
        self.variables.keys().any(|name| name.strip_prefix("CLAVIGER_").is_some_and(|rest| rest.contains("__")))
    }
}

fn parse(text: &str) -> Result<BTreeMap<String, String>, SettingsError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut variables = BTreeMap::new();
    for pair in dotenvy::Iter::new(text.as_bytes()) {
        let (name, value) = pair.map_err(|error| not_dotenv(text, &error))?;
        variables.insert(name, value);
    }
    Ok(variables)
}

/// Builds the error with the line number only: the error of `dotenvy` quotes the line, which may hold a secret.
fn not_dotenv(text: &str, error: &dotenvy::Error) -> SettingsError {
    let start = match error {
        dotenvy::Error::LineParse(line, _) => {
            let begins = |at: &usize| text[..*at].is_empty() || text[..*at].ends_with('\n');
            text.match_indices(line.as_str()).map(|(at, _)| at).find(begins)
        }
        _ => None,
    };
    let line = 1 + text[..start.unwrap_or_default()].matches('\n').count();
    SettingsError::NotDotenv { path: FILE_NAME.to_owned(), line }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Folder, environment, message, source};
    use super::super::{Loaded, Settings, Source};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn in_folder(folder: &Folder, variables: &[(&str, &str)]) -> Source {
        Source { working_dir: folder.path().to_owned(), environment: environment(variables), ..source() }
    }

    fn with(text: &str) -> Folder {
        let folder = Folder::empty();
        folder.write(".env", text);
        fs::set_permissions(folder.path().join(".env"), Permissions::from_mode(0o600)).unwrap();
        folder
    }

    fn shown(loaded: &Loaded, key: &str) -> (String, String) {
        let shown = loaded.listing.iter().find(|shown| shown.key == key).unwrap();
        (shown.value.clone(), shown.origin.clone())
    }

    #[test]
    fn it_overrides_the_settings_file_and_the_environment_overrides_it() {
        let folder = with(
            "# a comment\n\nexport CLAVIGER_TOKENS__REFRESH_TTL=3h # why\nCLAVIGER_TOKENS__API_TTL='3d'\r\n\
             CLAVIGER_MAIL__FROM=\"Claviger <a@example.com>\"\nLEPTOS_SITE_ADDR=127.0.0.1:4000\nOTHER__THING=x\n",
        );
        folder.write("Leptos.toml", "[tokens]\naccess_ttl = '2m'\nrefresh_ttl = '2h'\napi_ttl = '2d'\n");
        let loaded = Settings::load(&in_folder(&folder, &[("CLAVIGER_TOKENS__API_TTL", "4d")])).unwrap();
        for (key, value, origin) in [
            ("tokens.access_ttl", "2m", "file Leptos.toml"),
            ("tokens.refresh_ttl", "3h", ".env CLAVIGER_TOKENS__REFRESH_TTL"),
            ("tokens.api_ttl", "4d", "environment CLAVIGER_TOKENS__API_TTL"),
            ("mail.from", "Claviger <a@example.com>", ".env CLAVIGER_MAIL__FROM"),
            ("site-addr", "127.0.0.1:4000", ".env LEPTOS_SITE_ADDR"),
        ] {
            assert_eq!(shown(&loaded, key), (value.into(), origin.into()), "{key}");
        }
        assert_eq!(loaded.settings.site_addr.port(), 4000);
        let loaded = Settings::load(&in_folder(&folder, &[("LEPTOS_SITE_ADDR", "127.0.0.1:5000")])).unwrap();
        assert_eq!(loaded.settings.site_addr.port(), 5000);
    }

    #[test]
    fn its_secrets_are_stars() {
        let key = "7IY7Ryfi1eIfoqEs8jJNKfkLNAfKb6HfnnTmxSZlP0Y=";
        let folder = with(&format!("CLAVIGER_TOKENS__JWT_SECRET={key}\n"));
        let loaded = Settings::load(&in_folder(&folder, &[])).unwrap();
        let expected = ("***".into(), ".env CLAVIGER_TOKENS__JWT_SECRET".into());
        assert_eq!(shown(&loaded, "tokens.jwt_secret"), expected);
        assert!(!format!("{loaded:?}").contains("7IY7"));
    }

    #[test]
    fn an_unknown_or_bad_setting_in_it_is_named_with_the_file() {
        let refused = |text: &str| message(&in_folder(&with(text), &[]));
        assert_eq!(
            refused("CLAVIGER_TOKENS__ACESS_TTL=1m\n"),
            "unknown setting `CLAVIGER_TOKENS__ACESS_TTL` in .env: \
             did you mean `CLAVIGER_TOKENS__ACCESS_TTL`?"
        );
        assert_eq!(
            refused("CLAVIGER_TOKENS__ACCESS_TTL=soon\n"),
            "invalid value `soon` for `CLAVIGER_TOKENS__ACCESS_TTL` in .env (`tokens.access_ttl` in Leptos.toml): \
             must be a duration such as 90s, 15m, 24h or 7d"
        );
        assert!(
            refused("CLAVIGER_Tokens__Access_TTL=1m")
                .starts_with("unknown setting `CLAVIGER_Tokens__Access_TTL` in .env")
        );
        assert!(refused("LEPTOS_SITE_ADDR=here").starts_with("invalid value `here` for `LEPTOS_SITE_ADDR` in .env"));
    }

    #[test]
    fn broken_syntax_is_reported_by_line_and_never_quoted() {
        for (text, line) in [
            ("A=1\n\nCLAVIGER_TOKENS__JWT_SECRET hush\n", 3),
            ("A=1\nB='hush\nhush\n", 2),
            ("hush hush=1\n", 1),
            ("\u{feff}A=x\nB=\"hush\"hush\"\n", 2),
        ] {
            let text = message(&in_folder(&with(text), &[]));
            assert!(text.starts_with(&format!(".env is not valid: line {line} must be NAME=value")), "{text}");
            assert!(!text.contains("hush"), "{text}");
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_warned_about_if_it_has_settings() {
        let warnings = |text: &str, mode: u32| {
            let folder = with(text);
            fs::set_permissions(folder.path().join(".env"), Permissions::from_mode(mode)).unwrap();
            Settings::load(&in_folder(&folder, &[])).unwrap().warnings
        };
        let ours = "CLAVIGER_LOG__LEVEL=debug\n";
        assert_eq!(warnings(ours, 0o600), Vec::<String>::new());
        assert_eq!(warnings("NODE_ENV=test\n", 0o644), Vec::<String>::new());
        for mode in [0o644, 0o640, 0o604] {
            let warnings = warnings(ours, mode);
            assert!(warnings.len() == 1 && warnings[0].contains("`chmod 600 .env`"), "{mode:o} {warnings:?}");
        }
    }

    #[test]
    fn a_folder_of_that_name_is_ignored_and_a_file_that_is_not_text_is_refused() {
        let folder = Folder::empty();
        fs::create_dir(folder.path().join(".env")).unwrap();
        assert!(Settings::load(&in_folder(&folder, &[])).is_ok());
        let folder = Folder::empty();
        folder.write(".env", [0xff_u8, 0xfe]);
        assert!(message(&in_folder(&folder, &[])).starts_with("can't read .env: "));
    }
}
