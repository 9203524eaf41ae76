//! A program: whether it is installed, and the ways to install it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache;
use super::search_path::{SearchPath, is_executable};
use super::version::Wanted;
use super::way::Way;
use crate::process;

/// A program that the commands need.
pub struct Tool {
    pub name: &'static str,
    /// What the program does, to follow "which" in a message.
    pub purpose: &'static str,
    pub wanted: Wanted,
    /// The version to install.
    pub version: String,
    /// The ways to install it, tried in this order.
    pub ways: Vec<Way>,
    /// How to install it by hand.
    pub by_hand: String,
}

impl Tool {
    /// Adds the tool to the path, and installs it if necessary.
    pub fn ensure(&self, path: &mut SearchPath) -> Result<()> {
        if path.find(self.name).is_some_and(|program| self.is_wanted(&program, path)) {
            return Ok(());
        }
        let home = cache::home_of(self.name, &self.version)?;
        let is_installed = || is_executable(&home.join("bin").join(self.name));
        if !is_installed() {
            // Another checkout may be installing it.
            let _turn = cache::turn()?;
            if !is_installed() {
                self.install(&home, path)?;
            }
        }
        path.prepend(home.join("bin"));
        Ok(())
    }

    fn install(&self, home: &Path, path: &SearchPath) -> Result<()> {
        let log = cache::log_of(&format!("{}-{}", self.name, self.version))?;
        let staging = home.with_added_extension("new");
        for way in &self.ways {
            println!(
                "{} {} {}, which {} ({}, once) …",
                way.verb(),
                self.name,
                self.version,
                self.purpose,
                way.duration()
            );
            cache::empty(&staging)?;
            match self.install_by(way, &staging, path, &log) {
                Ok(()) => return put_in_place(&staging, home),
                Err(error) => println!("  This way failed: {error:#}."),
            }
        }
        let _ = fs::remove_dir_all(&staging);
        bail!(
            "{} {} cannot be installed; do it by hand: {}\n{}",
            self.name,
            self.wanted,
            self.by_hand,
            process::last_lines(&log)
        );
    }

    fn install_by(&self, way: &Way, staging: &Path, path: &SearchPath, log: &Path) -> Result<()> {
        way.install(staging, path, log)?;
        let program = staging.join("bin").join(self.name);
        if self.is_wanted(&program, path) {
            return Ok(());
        }
        bail!("the installed program is not {} {} for this machine", self.name, self.wanted)
    }

    fn is_wanted(&self, program: &Path, path: &SearchPath) -> bool {
        let mut command = Command::new(program);
        path.apply(&mut command);
        process::output_of(command.arg("--version")).is_ok_and(|answer| self.wanted.accepts(&answer))
    }
}

/// A single rename, so that a tool is never half installed.
fn put_in_place(staging: &Path, home: &Path) -> Result<()> {
    if home.exists() {
        fs::remove_dir_all(home).with_context(|| format!("cannot replace {}", home.display()))?;
    }
    fs::rename(staging, home).with_context(|| format!("cannot put {} in place", home.display()))
}
