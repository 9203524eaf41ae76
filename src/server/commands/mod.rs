//! The command line: one file per command.

mod audit;
mod completions;
mod config;
mod failure;
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
use clap::{CommandFactory, Parser, Subcommand};
use failure::{Failure, print};
use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

/// How long a command other than `serve` may take to close the database.
const CLOSING: Duration = Duration::from_secs(10);
/// How long the last log lines may take: the reader may have stopped reading.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Self-hosted sign-in and token server
#[derive(Parser)]
#[command(name = "claviger", version)]
struct Arguments {
    /// Settings file [default: ./Leptos.toml, if present]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Override a setting (repeatable)
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate the database and start the server (default)
    Serve,
    /// Apply pending database migrations
    Migrate,
    /// Manage users
    #[command(subcommand)]
    User(user::UserCommand),
    /// Print a new one-time set-up link for the first administrator
    SetupLink,
    /// Check the audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print the effective settings and their sources
    Config,
    /// Print shell completions
    Completions {
        /// Shell to print them for
        shell: clap_complete::Shell,
    },
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Command::Completions { shell }) => completions::run(shell, Arguments::command()),
        _ => load(&arguments).and_then(|loaded| run(arguments.command.unwrap_or(Command::Serve), loaded)),
    };
    if let Err(error) = &done {
        log::say(&format!("error: {error}"));
    }
    log::flush(LAST_LINES);
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn load(arguments: &Arguments) -> Result<Loaded, Failure> {
    let source = Source {
        file: arguments.config.clone(),
        working_dir: std::env::current_dir()
            .map_err(|error| Failure(format!("can't open the working folder: {error}")))?,
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
    // Threads blocked by a hung disk or a long hash must not delay the exit.
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
        Command::Audit(audit::AuditCommand::Verify(options)) => audit::verify(options, &loaded.settings).await,
        Command::Config => config::run(&loaded),
        Command::Completions { shell } => completions::run(shell, Arguments::command()),
    }
}

/// Keeps a file size limit from ending the process: SIGXFSZ does that unless it is caught. With a handler, the
/// write fails and is treated like one to a full disk. Tokio keeps its handler for the life of the process.
fn outlive_file_limit() -> Result<(), Failure> {
    const SIGXFSZ: i32 = 25;
    drop(signal(SignalKind::from_raw(SIGXFSZ))?);
    Ok(())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE, e.g. tokens.access_ttl=15m")?;
    Ok((key.to_owned(), value.to_owned()))
}
