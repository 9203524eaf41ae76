//! The command line: one file a command.

mod config;
mod import;
mod installation;
mod log;
mod migrate;
mod open;
mod serve;
mod set_up_link;
mod signals;
mod user;

use crate::server::settings::{Loaded, Settings, Source};
use clap::{Parser, Subcommand};
use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

/// How long a command other than `serve` may take to let go of the database.
const CLOSING: Duration = Duration::from_secs(10);
/// How long the last lines of the log may take: somebody may have stopped reading them.
const LAST_LINES: Duration = Duration::from_secs(1);

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
    if let Err(error) = &done {
        log::say(&format!("claviger: {error}"));
    }
    log::flush(LAST_LINES);
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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

fn run(command: Command, loaded: Loaded) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(carry_out(command, loaded));
    // Nobody waits for threads that a hung disk or a long hash holds.
    runtime.shutdown_background();
    done
}

async fn carry_out(command: Command, loaded: Loaded) -> Result<(), Failure> {
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
