//! The project's own commands; `cargo xtask help` lists them.

mod interrupt;
mod machine;
mod postgres;
mod process;
mod project;
mod serve;
mod site;
mod stamp;
mod test;
mod tools;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use project::Project;

const HELP: &str = "\
The project's own commands. What is missing is installed on the way.

  cargo xtask run [-- ARGS]    build for release and start the server (ARGS go to `claviger serve`)
  cargo xtask test [STEP]...   run every test, or the steps whose names begin so
  cargo xtask soak [FILTER]... run the tests of races and processes with hundreds of rounds each
  cargo xtask watch [ARGS]     build for development, again after every change
  cargo xtask build            build the release site and server
  cargo xtask help             this text
";

fn main() -> ExitCode {
    match perform() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform() -> Result<ExitCode> {
    interrupt::watch()?;
    let mut words: Vec<OsString> = env::args_os().skip(1).collect();
    let command = if words.is_empty() { OsString::from("help") } else { words.remove(0) };
    if words.first().is_some_and(|word| word == "--") {
        words.remove(0);
    }
    match command.to_str() {
        Some("run") => serve::run(&Project::find()?, &words),
        Some("test") => test::run(&Project::find()?, &words),
        Some("soak") => test::soak(&Project::find()?, &words),
        Some("watch") => serve::watch(&Project::find()?, &words),
        Some("build") => site::build(&Project::find()?, process::Output::Terminal).map(|_| ExitCode::SUCCESS),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("error: there is no command `{}`\n\n{HELP}", command.display());
            Ok(ExitCode::from(2))
        }
    }
}
