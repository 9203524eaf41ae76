//! Reads a new password: hidden and twice on a terminal, otherwise from standard input.

use crate::{
    model::{NotAPassword, Password},
    server::{commands::Failure, services::Services},
};
use clap::Args;
use std::io::{self, IsTerminal, Read};

#[derive(Args)]
pub struct PasswordSource {
    /// Read the password from stdin; without it, prompt on a terminal
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordSource {
    /// Reads a password that a user with these names may choose.
    pub fn read(&self, services: &Services, names: &[&str]) -> Result<Password, Failure> {
        let choose = |text: &str| Password::choose(text, services.passwords.min_length(), names);
        let is_asked = !self.password_stdin && io::stdin().is_terminal() && io::stderr().is_terminal();
        let text = if is_asked { ask(choose)? } else { read()? };
        choose(&text).map_err(|error| Failure::of_form(&error))
    }
}

/// Asks until the password is acceptable and was typed twice.
fn ask(choose: impl Fn(&str) -> Result<Password, NotAPassword>) -> Result<String, Failure> {
    dialoguer::Password::new()
        .with_prompt("Password")
        .validate_with(|text: &String| choose(text).map(drop))
        .with_confirmation("Repeat password", "The passwords don’t match.")
        .report(false)
        .interact()
        .map_err(|error| Failure(format!("can't read the password: {error}")))
}

/// Reads standard input. Drops one final newline.
fn read() -> Result<String, Failure> {
    let mut text = String::new();
    // More than the longest password, so that a longer one is recognised as too long.
    let read = io::stdin().take(4096).read_to_string(&mut text);
    read.map_err(|error| Failure(format!("can't read the password from stdin: {error}")))?;
    if text.is_empty() {
        return Err(Failure("no password given: type it on a terminal, or pipe it to stdin".to_owned()));
    }
    Ok(text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned())
}
