//! The layers over the defaults: settings file, `.env`, environment and flags.

use std::collections::BTreeMap;

use super::env_file::{self, EnvFile};
use super::error::SettingsError;
use super::file::SettingsFile;
use super::key::environment_name;
use super::load::Source;
use super::values::{Origin, Values, unknown};

/// Collects the values of all layers of a source. Later layers override earlier ones.
pub(super) fn gather(
    source: &Source,
    file: Option<&SettingsFile>,
    env_file: &EnvFile,
) -> Result<Values, SettingsError> {
    let mut values = Values::new(source.cores, source.terminal);
    if let Some(file) = file {
        for (name, text) in &file.pairs {
            values.set(name, text, Origin::File(file.path.clone()))?;
        }
    }
    lay_environment(&mut values, &env_file.variables, &Origin::EnvFile)?;
    lay_environment(&mut values, &source.environment, &Origin::Environment)?;
    for (name, text) in &source.flags {
        values.set(name, text, Origin::Flag)?;
    }
    Ok(values)
}

fn lay_environment(
    values: &mut Values,
    environment: &BTreeMap<String, String>,
    origin: &Origin,
) -> Result<(), SettingsError> {
    for (variable, text) in environment {
        let Some(rest) = variable.strip_prefix("CLAVIGER_") else {
            continue;
        };
        if !rest.contains("__") {
            continue;
        }
        let name = rest.to_ascii_lowercase().replace("__", ".");
        // Spelled in another case it would be a second value of the same key.
        if environment_name(&name) != *variable {
            let place = if *origin == Origin::EnvFile { format!(" in {}", env_file::FILE_NAME) } else { String::new() };
            return Err(unknown(&format!("`{variable}`{place}"), &name, origin));
        }
        values.set(&name, text, origin.clone())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Folder, environment, flags, message, source};
    use super::super::{Loaded, Settings};
    use super::*;

    fn shown(loaded: &Loaded, key: &str) -> Option<(String, String)> {
        let shown = loaded.listing.iter().find(|shown| shown.key == key)?;
        Some((shown.value.clone(), shown.origin.clone()))
    }

    #[test]
    fn the_file_overrides_defaults_the_environment_overrides_the_file_and_flags_override_all() {
        let folder = Folder::with("[tokens]\naccess_ttl = '2m'\nrefresh_ttl = '2h'\napi_ttl = '2d'\n");
        let loaded = Settings::load(&Source {
            working_dir: folder.path().to_owned(),
            environment: environment(&[("CLAVIGER_TOKENS__REFRESH_TTL", "3h"), ("CLAVIGER_TOKENS__API_TTL", "3d")]),
            flags: flags(&[("tokens.api_ttl", "4d")]),
            ..source()
        })
        .unwrap();
        for (key, value, origin) in [
            ("tokens.session_ttl", "30d", "default"),
            ("tokens.access_ttl", "2m", "file Leptos.toml"),
            ("tokens.refresh_ttl", "3h", "environment CLAVIGER_TOKENS__REFRESH_TTL"),
            ("tokens.api_ttl", "4d", "flag --set tokens.api_ttl"),
        ] {
            assert_eq!(shown(&loaded, key), Some((value.into(), origin.into())), "{key}");
        }
        assert_eq!(loaded.settings.tokens.api_ttl.as_secs(), 4 * 86_400);
    }

    fn refused(variable: &str) -> String {
        message(&Source { environment: environment(&[(variable, "1")]), ..source() })
    }

    #[test]
    fn an_unknown_name_with_two_underscores_prevents_the_start_and_gets_a_suggestion() {
        assert_eq!(
            refused("CLAVIGER_TOKENS__ACESS_TTL"),
            "unknown setting `CLAVIGER_TOKENS__ACESS_TTL`: \
             did you mean `CLAVIGER_TOKENS__ACCESS_TTL`?"
        );
        assert!(refused("CLAVIGER_PROVIDERS__GITHUB__CLIENT_ID").contains("remove it"));
        assert!(refused("CLAVIGER_Tokens__Access_TTL").contains("did you mean `CLAVIGER_TOKENS__ACCESS_TTL`?"));
        assert!(refused("CLAVIGER___").contains("unknown setting"));
    }

    #[test]
    fn names_without_two_underscores_are_not_ours() {
        let loaded = Settings::load(&Source {
            environment: environment(&[
                ("CLAVIGER_HOME", "x"),
                ("TOKENS__ACCESS_TTL", "x"),
                ("CLAVIGER_TOKENS_ACCESS_TTL", "x"),
            ]),
            ..source()
        });
        assert!(loaded.is_ok());
    }

    #[test]
    fn an_unknown_flag_is_named_as_given() {
        let text = message(&Source { flags: flags(&[("token.access_ttl", "1s")]), ..source() });
        assert_eq!(text, "unknown setting `--set token.access_ttl`: did you mean `--set tokens.access_ttl`?");
    }

    #[test]
    fn an_empty_value_undoes_the_setting_in_the_file() {
        let folder = Folder::with("[mail]\nfrom = 'a@example.com'\n[server]\ntrusted_proxies = ['10.0.0.0/8']\n");
        let loaded = Settings::load(&Source {
            working_dir: folder.path().to_owned(),
            environment: environment(&[
                ("CLAVIGER_MAIL__FROM", ""),
                ("CLAVIGER_SERVER__TRUSTED_PROXIES", " "),
                ("CLAVIGER_SERVER__TLS_CERT", ""),
            ]),
            ..source()
        })
        .unwrap();
        assert_eq!(loaded.settings.mail.from, None);
        assert!(loaded.settings.server.trusted_proxies.is_empty());
        assert_eq!(shown(&loaded, "mail.from"), Some(("none".into(), "default".into())));
        assert!(loaded.warnings.is_empty());
    }

    #[test]
    fn a_bad_value_is_named_in_its_own_and_the_other_spelling() {
        let by_environment =
            message(&Source { environment: environment(&[("CLAVIGER_TOKENS__ACCESS_TTL", "soon")]), ..source() });
        assert_eq!(
            by_environment,
            "invalid value `soon` for `CLAVIGER_TOKENS__ACCESS_TTL` (`tokens.access_ttl` in Leptos.toml): \
             must be a duration such as 90s, 15m, 24h or 7d"
        );
        let folder = Folder::with("[tokens]\naccess_ttl = 15\n");
        let by_file = message(&Source { working_dir: folder.path().to_owned(), ..source() });
        assert_eq!(
            by_file,
            "invalid value `15` for `tokens.access_ttl` in Leptos.toml (`CLAVIGER_TOKENS__ACCESS_TTL` in the environment): \
             must be a duration such as 90s, 15m, 24h or 7d"
        );
    }
}
