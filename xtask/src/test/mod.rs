//! Runs all tests of the project as a list of steps.

mod reading;
mod report;
mod steps;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

pub use report::duration;

use crate::postgres::StopsAtEnd;
use crate::project::Project;
use report::Report;
use steps::{Bench, SOAK, STEPS, Step};

/// Runs the steps whose names begin with one of the words, or all steps. Fails if one of them fails.
pub fn run(project: &Project, words: &[OsString]) -> Result<ExitCode> {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(unknown) = words.iter().find(|word| !STEPS.iter().any(|step| step.name.starts_with(word.as_str()))) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("error: no step begins with `{unknown}`; the steps are {}", names.join(", "));
        return Ok(ExitCode::from(2));
    }
    let asked_for: Vec<&Step> = STEPS.iter().filter(|step| is_requested(step, &words)).collect();
    run_steps(Bench::new(project, logs(project)?), &asked_for)
}

/// Runs the race and process tests with as many rounds as a release deserves; with words, only those whose
/// names contain one of them.
pub fn soak(project: &Project, words: &[OsString]) -> Result<ExitCode> {
    run_steps(Bench::new(project, logs(project)?).only(words), &[&SOAK])
}

fn logs(project: &Project) -> Result<PathBuf> {
    let logs = project.target.join("xtask-logs");
    fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
    Ok(logs)
}

fn run_steps(mut bench: Bench, steps: &[&Step]) -> Result<ExitCode> {
    let _postgres = StopsAtEnd;
    let mut report = Report::begin();
    for step in steps {
        let log = bench.log_of(step.name)?;
        report.step(step.name, &log, || (step.run)(&mut bench, &log));
    }
    Ok(report.end())
}

fn is_requested(step: &Step, words: &[String]) -> bool {
    words.is_empty() || words.iter().any(|word| step.name.starts_with(word.as_str()))
}
