//! Runs other programs: on the terminal, into a log, or for their output.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::interrupt;

/// Where a program's output goes.
#[derive(Clone, Copy)]
pub enum Output<'a> {
    Terminal,
    /// Appended to this file.
    Log(&'a Path),
}

/// Runs a program until it ends, without input.
pub fn run(command: &mut Command, output: Output) -> Result<()> {
    command.stdin(Stdio::null());
    if let Output::Log(path) = output {
        let file = append(path)?;
        // Log lines are searched by their beginning, which colours would hide.
        command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never");
        command.env_remove("FORCE_COLOR");
        command.stdout(file.try_clone()?).stderr(file);
    }
    let line = shown(command);
    let status = interrupt::wait_for(command).with_context(|| format!("`{line}` does not start"))?;
    ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// Runs a short program and returns its standard output.
pub fn output_of(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{line}` does not start"))?;
    ensure!(output.status.success(), "`{line}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns the end of a log, and where the rest is.
pub fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let end = lines[lines.len().saturating_sub(20)..].join("\n");
    format!("{end}\n(all of it: {})", log.display())
}

fn append(path: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).open(path).with_context(|| format!("cannot write {}", path.display()))
}

/// Returns the program and its arguments up to the first option, for messages.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = command.get_args().map(|word| word.to_string_lossy());
    words
        .take_while(|word| !word.starts_with('-'))
        .fold(name.to_string_lossy().into_owned(), |line, word| line + " " + &word)
}
