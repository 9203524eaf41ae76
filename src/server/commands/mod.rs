//! The command line: one file a command.

mod config;
mod import;
mod installation;
mod migrate;
mod open;
mod serve;
mod set_up_link;
mod user;

use crate::server::settings::{Loaded, Settings, Source};
use clap::{Parser, Subcommand};
use std::{io::IsTerminal, path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

/// A self-hosted sign-in and token server with its own web pages.
#[derive(Parser)]
#[command(name = "claviger", version, about)]
struct Arguments {
    /// The settings file [default: Leptos.toml in this folder, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One setting, stronger than file and environment; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database to this version, then listen (this is what `claviger` alone does)
    Serve,
    /// Bring the database to this version
    Migrate,
    /// Make, show and change users
    #[command(subcommand)]
    User(user::UserCommand),
    /// Print a new one-time link to make the first administrator
    SetupLink,
    /// Print the settings in force and where each came from
    Config,
}

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = load(&arguments).and_then(|loaded| run(arguments.command.unwrap_or(Command::Serve), loaded));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("claviger: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Why a command failed: one sentence that says how to mend it.
#[derive(Debug)]
pub struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn load(arguments: &Arguments) -> Result<Loaded, Failure> {
    let source = Source {
        file: arguments.config.clone(),
        working_dir: std::env::current_dir()?,
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        flags: arguments.set.clone(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        terminal: std::io::stderr().is_terminal(),
    };
    Ok(Settings::load(&source)?)
}

#[tokio::main]
async fn run(command: Command, loaded: Loaded) -> Result<(), Failure> {
    outlive_file_limit()?;
    match command {
        Command::Serve => serve::run(loaded).await,
        Command::Migrate => migrate::run(&loaded.settings).await,
        Command::User(command) => user::run(command, &loaded.settings).await,
        Command::SetupLink => set_up_link::run(&loaded.settings).await,
        Command::Config => {
            config::run(&loaded);
            Ok(())
        }
    }
}

/// A limit on the size of files ends a process by this signal, unless it is caught. Then the write fails like one to
/// a full disk, and is dealt with as that. Tokio keeps its handler for good.
fn outlive_file_limit() -> Result<(), Failure> {
    const SIGXFSZ: i32 = 25;
    drop(signal(SignalKind::from_raw(SIGXFSZ))?);
    Ok(())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, like tokens.access_ttl=15m")?;
    Ok((key.to_owned(), value.to_owned()))
}
