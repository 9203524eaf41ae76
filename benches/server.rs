//! A server process for benchmarks.

use reqwest::Client;
use serde_json::Value;
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

pub const PASSWORD: &str = "correct horse battery staple";

/// Returns the median.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A server process in a temporary folder. Dropping it kills the process and deletes the folder.
pub struct Server {
    child: Child,
    pub url: String,
    pub folder: PathBuf,
}

impl Server {
    pub fn start() -> Self {
        let folder = env::temp_dir().join(format!("claviger-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (child, url) = spawn(&folder);
        Self { child, url, folder }
    }

    /// Stops the server with SIGTERM, as an operator does.
    pub fn stop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts the server again on the same data.
    pub fn start_again(&mut self) {
        (self.child, self.url) = spawn(&self.folder);
    }

    pub fn make_user(&self, name: &str, more: &[&str]) {
        let words = ["user", "create", "--email", &format!("{name}@example.com"), "--password-stdin"];
        let mut made = command(&self.folder).args(words).args(more).stdin(Stdio::piped()).spawn().expect("the command");
        made.stdin.take().expect("its input").write_all(PASSWORD.as_bytes()).expect("the password");
        assert!(made.wait().expect("its end").success());
    }

    /// Returns the seconds until the response is complete.
    pub async fn time(&self, client: &Client, path: &str, body: &Value) -> f64 {
        let began = Instant::now();
        let answer = client.post(format!("{}{path}", self.url)).json(body).send().await.expect("an answer");
        answer.bytes().await.expect("a body");
        began.elapsed().as_secs_f64()
    }

    /// Returns the resident memory in MiB, or 0 if the system does not report it.
    pub fn resident_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Starts a server and waits until it reports its address.
fn spawn(folder: &Path) -> (Child, String) {
    let mut child = command(folder).stderr(Stdio::piped()).spawn().expect("the server");
    let mut lines = BufReader::new(child.stderr.take().expect("what it says")).lines();
    let said = lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.split_once(" on ")?.1.to_owned()));
    // Nothing reads the output from here on, and it must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (child, said.expect("where it listens"))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
    command.current_dir(folder).env_clear().stdout(Stdio::null()).stdin(Stdio::null());
    for (name, value) in [
        ("CLAVIGER_LIMITS__ENABLED", "false"),
        ("CLAVIGER_LIMITS__MAIL", "1000000/1h"),
        ("CLAVIGER_LOCKOUT__MAX_FAILURES", "1000"),
        ("CLAVIGER_LOG__LEVEL", "warn"),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
    ] {
        command.env(name, value);
    }
    command.env("CLAVIGER_SERVER__DATA_DIR", folder);
    command
}
