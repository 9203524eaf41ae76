//! Handles Ctrl-C and other signals: ends the programs that were started before the command itself ends.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::postgres;

/// How long a program may take to clean up before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(PartialEq)]
enum State {
    Idle,
    /// The process group of the running program.
    Waiting(u32),
    Ending,
}

static STATE: Mutex<State> = Mutex::new(State::Idle);

/// Starts listening for signals.
pub fn watch() -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).context("cannot listen for signals")?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end_everything();
            process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Starts a program and waits until it ends; a signal in between ends it too.
pub fn wait_for(command: &mut Command) -> io::Result<ExitStatus> {
    let status = start(command)?.wait();
    *unless_ending() = State::Idle;
    status
}

fn start(command: &mut Command) -> io::Result<Child> {
    let mut state = unless_ending();
    // A separate group, so that its children can be ended with it.
    let child = command.process_group(0).spawn()?;
    *state = State::Waiting(child.id());
    Ok(child)
}

/// Never returns once a signal has arrived: another thread is cleaning up, and the result of an interrupted
/// program does not matter.
fn unless_ending() -> MutexGuard<'static, State> {
    loop {
        let state = state();
        if *state != State::Ending {
            return state;
        }
        drop(state);
        thread::park();
    }
}

fn end_everything() {
    let before = std::mem::replace(&mut *state(), State::Ending);
    if let State::Waiting(group) = before {
        signal_group("TERM", group);
        let deadline = Instant::now() + PATIENCE;
        while signal_group("0", group) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
        }
        signal_group("KILL", group);
    }
    postgres::stop();
}

/// Returns whether the group existed. The shell's built-in `kill` is available everywhere.
fn signal_group(signal: &str, group: u32) -> bool {
    Command::new("sh")
        .args(["-c", &format!("kill -s {signal} -- -{group}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}
