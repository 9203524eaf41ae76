//! The steps, in the order they run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use super::reading::{cargo_totals, playwright_totals, relevant_part};
use crate::process::{self, Output};
use crate::project::{Project, cargo};
use crate::{postgres, site, tools};

/// One step. On success it returns a remark, on failure the relevant part of its log.
pub struct Step {
    pub name: &'static str,
    pub run: fn(&mut Bench, &Path) -> Result<String>,
}

/// Every step, the fast ones first.
pub const STEPS: [Step; 8] = [
    Step { name: "fmt", run: fmt },
    Step { name: "clippy server", run: clippy_server },
    Step { name: "clippy browser", run: clippy_browser },
    Step { name: "dependencies", run: dependencies },
    Step { name: "rust tests", run: rust_tests },
    Step { name: "development build", run: development_build },
    Step { name: "site", run: build_site },
    Step { name: "browser tests", run: browser_tests },
];

/// Hundreds of rounds, run apart from the usual tests.
pub const SOAK: Step = Step { name: "soak", run: soak };

/// The test modules with a variable number of rounds.
const SOAKED: [&str; 2] = ["processes::", "races::"];

/// State shared by all steps.
pub struct Bench<'a> {
    project: &'a Project,
    logs: PathBuf,
    site: Site,
    /// Parts of the names of the tests to soak.
    soaked: Vec<OsString>,
}

/// A failed build of the site is not repeated by the next step.
enum Site {
    NotTried,
    Built(PathBuf),
    Failed,
}

impl<'a> Bench<'a> {
    /// Starts with nothing built.
    pub fn new(project: &'a Project, logs: PathBuf) -> Self {
        Self { project, logs, site: Site::NotTried, soaked: SOAKED.map(OsString::from).to_vec() }
    }

    /// Soaks only the tests whose names contain one of these words, if there are any.
    pub fn only(self, words: &[OsString]) -> Self {
        if words.is_empty() { self } else { Self { soaked: words.to_vec(), ..self } }
    }

    /// Creates a new, empty log.
    pub fn log_of(&self, step: &str) -> Result<PathBuf> {
        let log = self.logs.join(step.replace(' ', "-")).with_added_extension("log");
        fs::write(&log, "").with_context(|| format!("cannot write {}", log.display()))?;
        Ok(log)
    }

    fn cargo(&self, words: &[&str], log: &Path) -> Result<()> {
        perform(cargo().args(words).current_dir(&self.project.root), log)
    }

    fn server(&mut self, log: &Path) -> Result<PathBuf> {
        if let Site::NotTried = self.site {
            self.site = Site::Failed;
            self.site =
                Site::Built(site::build(self.project, Output::Log(log)).map_err(|error| explained(&error, log))?);
        }
        match &self.site {
            Site::Built(server) => Ok(server.clone()),
            _ => Err(anyhow!("there is no server to test: the step `site` failed")),
        }
    }
}

fn fmt(bench: &mut Bench, log: &Path) -> Result<String> {
    tools::lints()?;
    bench.cargo(&["fmt", "--all", "--check", "--", "--color", "never"], log)?;
    Ok(String::new())
}

fn clippy_server(bench: &mut Bench, log: &Path) -> Result<String> {
    tools::lints()?;
    bench.cargo(&["clippy", "--workspace", "--all-targets", "--features", "ssr", "--", "-D", "warnings"], log)?;
    Ok(String::new())
}

fn clippy_browser(bench: &mut Bench, log: &Path) -> Result<String> {
    tools::lints()?;
    tools::wasm_target()?;
    bench.cargo(
        &["clippy", "--lib", "--target", "wasm32-unknown-unknown", "--features", "hydrate", "--", "-D", "warnings"],
        log,
    )?;
    Ok(String::new())
}

/// Checks that every dependency is used, and has a permitted license and source. Security advisories are left to
/// `cargo deny check advisories`: they need the network, and appear without a change of ours.
fn dependencies(bench: &mut Bench, log: &Path) -> Result<String> {
    let path = tools::dependency_checks()?;
    perform(path.command("cargo-machete").arg(&bench.project.root), log)?;
    let checks = ["--workspace", "--all-features", "--color", "never", "check", "bans", "licenses", "sources"];
    perform(path.command("cargo-deny").args(checks).current_dir(&bench.project.root), log)?;
    Ok(String::new())
}

fn rust_tests(bench: &mut Bench, log: &Path) -> Result<String> {
    let mut test = cargo();
    test.args(["test", "--workspace", "--features", "ssr", "--no-fail-fast"]);
    run_rust_tests(bench, &mut test, log)
}

fn soak(bench: &mut Bench, log: &Path) -> Result<String> {
    let mut test = cargo();
    test.args(["test", "--features", "ssr", "--no-fail-fast", "--test", "outside", "--"]).args(&bench.soaked);
    run_rust_tests(bench, test.env("CLAVIGER_SOAK", "1"), log)
}

fn run_rust_tests(bench: &Bench, test: &mut Command, log: &Path) -> Result<String> {
    let postgres = postgres::url(&bench.log_of("postgres")?)?;
    tools::faketime()?;
    tools::python()?;
    // The mail server in the tests is a Node program.
    let path = tools::node_packages(bench.project)?;
    path.apply(test);
    perform(test.current_dir(&bench.project.root).env("CLAVIGER_TEST_POSTGRES", postgres), log)?;
    Ok(cargo_totals(&read(log)))
}

/// Runs `cargo leptos end-to-end` as developers do: neither optimized nor split. The tests that wake every
/// island are enough; the others run on the release build.
fn development_build(bench: &mut Bench, log: &Path) -> Result<String> {
    let path = tools::site(bench.project)?.with(tools::node_packages(bench.project)?);
    let chromium = tools::chromium(bench.project, &path)?;
    let folder = bench.project.target.join("xtask-development");
    let mut test = path.command("cargo-leptos");
    test.arg("end-to-end").current_dir(&bench.project.root);
    test.env("CLAVIGER_JOURNEYS", "awake")
        .env("CLAVIGER_CHROMIUM", chromium.unwrap_or_default())
        // Keeps the server that cargo-leptos starts off the port of a developer's server; no test uses it.
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .env("CLAVIGER_SERVER__DATA_DIR", &folder);
    perform(&mut test, log)?;
    Ok(playwright_totals(&read(log)))
}

fn build_site(bench: &mut Bench, log: &Path) -> Result<String> {
    bench.server(log)?;
    Ok(String::new())
}

fn browser_tests(bench: &mut Bench, log: &Path) -> Result<String> {
    let server = bench.server(log)?;
    let path = tools::node_packages(bench.project)?;
    let chromium = tools::chromium(bench.project, &path)?;
    let firefox = tools::firefox(&path)?;
    let postgres = postgres::url(&bench.log_of("postgres")?)?;
    let mut test = path.command("npx");
    test.args(["playwright", "test"]).current_dir(bench.project.end2end());
    test.env("CLAVIGER_BIN", server)
        .env("CLAVIGER_CHROMIUM", chromium.unwrap_or_default())
        .env("CLAVIGER_FIREFOX", firefox)
        .env("CLAVIGER_TEST_POSTGRES", postgres);
    perform(&mut test, log)?;
    Ok(playwright_totals(&read(log)))
}

fn perform(command: &mut Command, log: &Path) -> Result<()> {
    process::run(command, Output::Log(log)).map_err(|error| explained(&error, log))
}

fn explained(error: &anyhow::Error, log: &Path) -> anyhow::Error {
    anyhow!("{error:#}\n{}", relevant_part(&read(log)))
}

fn read(log: &Path) -> String {
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
