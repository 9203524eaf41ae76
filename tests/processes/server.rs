//! A server in a separate process, with its own folder and database.

use crate::app::{Database, PASSWORD};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

/// The key for databases that do not keep one in a folder.
const KEY: &str = "mZ3vXh0pQ9sT2wYb5eJ8kLrN1uCxD4fG6iHoAaSgVtM=";

/// The place of a server, where it can be started repeatedly.
#[derive(Clone)]
pub struct Home {
    pub folder: PathBuf,
    pub database: Arc<Database>,
}

/// A running server. Killed on drop.
pub struct Server {
    child: Child,
    pub url: String,
    /// Standard error up to the point where it listens.
    pub greeting: String,
}

impl Home {
    pub fn new(database: Database) -> Self {
        let folder = match &database {
            Database::Sqlite(file) => file.parent().unwrap().to_owned(),
            Database::Postgres { name, .. } => std::env::temp_dir().join(name),
        };
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, database: Arc::new(database) }
    }

    /// Returns a `claviger` command with these arguments, isolated to this home.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        command.args(words).current_dir(&self.folder).env_clear();
        command.env("CLAVIGER_SERVER__DATA_DIR", &self.folder).env("CLAVIGER_DATABASE__URL", self.database.url());
        command.env("CLAVIGER_PASSWORDS__MEMORY_KIB", "8").env("CLAVIGER_PASSWORDS__ITERATIONS", "1");
        command.env("CLAVIGER_LIMITS__ENABLED", "false");
        command.env("LEPTOS_SITE_ADDR", "127.0.0.1:0");
        if matches!(*self.database, Database::Postgres { .. }) {
            command.env("CLAVIGER_TOKENS__JWT_SECRET", KEY);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command until it ends.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs a command with a password on standard input.
    pub fn run_with_password(&self, words: &[&str], password: &str) -> Output {
        let mut child =
            self.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    }

    /// Creates `<name>@example.com` with that username and the usual password.
    pub fn make_user(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let words = ["user", "create", "--email", &email, "--username", name, "--verified", "--password-stdin"];
        let output = self.run_with_password(&words, PASSWORD);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Starts the server without waiting for it.
    pub fn begin_to_serve(&self) -> Server {
        Server::new(self.command(&["serve"]).stderr(Stdio::null()).spawn().unwrap(), String::new())
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Like [`Self::serve`], with additional environment variables.
    pub fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve"]);
        command.envs(environment.iter().copied());
        Self::start(command)
    }

    /// Like [`Self::serve`], with a limit on open files.
    pub fn serve_with_open_files(&self, most: usize) -> Server {
        self.serve_within(&format!("-n {most}"))
    }

    /// Like [`Self::serve`], with a `ulimit` of the shell.
    pub fn serve_within(&self, limit: &str) -> Server {
        let command = self.command(&["serve"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit {limit}; exec \"$0\" serve")]).arg(command.get_program());
        shell.current_dir(&self.folder).env_clear().stdin(Stdio::null());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self::start(shell)
    }

    /// Starts this command and waits until it listens.
    pub fn start(mut command: Command) -> Server {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut greeting = String::new();
        let url = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it did not start: {greeting}")).unwrap();
            greeting.push_str(&line);
            greeting.push('\n');
            if let Some((_, url)) = line.split_once("is listening on ") {
                break url.to_owned();
            }
        };
        // Further output must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, url, greeting }
    }

    /// Removes the folder and the database.
    pub async fn clean(self) {
        self.database.drop_it().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn new(child: Child, url: String) -> Self {
        Self { child, url, greeting: String::new() }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM. Returns the exit status and how long the stop took.
    pub fn stop_in(&mut self, patience: Duration) -> (Option<i32>, Duration) {
        let began = Instant::now();
        self.signal("TERM");
        let status = self.ends_in(patience).expect("it does not end");
        (status.code(), began.elapsed())
    }

    /// Waits for the process and returns its exit status, or `None` if it does not end in time.
    pub fn ends_in(&mut self, patience: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    /// Sends SIGTERM and returns the exit status.
    pub fn stop(&mut self) -> Option<i32> {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap().code()
    }

    /// Returns the access and refresh token of a new session.
    pub async fn tokens(&self, client: &reqwest::Client, name: &str) -> (String, String) {
        let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        let answer = client.post(format!("{}/api/auth/login", self.url)).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let text = |key: &str| answer[key].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        (text("token"), text("refreshToken"))
    }

    /// Returns the status of a POST, or `None` without a response.
    pub async fn post(&self, client: &reqwest::Client, path: &str, bearer: Option<&str>, body: &Value) -> Option<u16> {
        let request = client.post(format!("{}{path}", self.url)).json(body);
        let request = bearer.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        Some(request.send().await.ok()?.status().as_u16())
    }

    /// Returns the status and the `error` of `POST /api/auth/login`.
    pub async fn log_in(&self, client: &reqwest::Client, email: &str, password: &str) -> (u16, String) {
        let body = json!({ "email": email, "password": password });
        let answer = client.post(format!("{}/api/auth/login", self.url)).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    }

    /// Returns the status and the `error` of `GET /api/user/profile`.
    pub async fn profile(&self, client: &reqwest::Client, token: &str) -> (u16, String) {
        let answer = client.get(format!("{}/api/user/profile", self.url)).bearer_auth(token).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends `POST /api/v1/auth/refresh`. Returns `None` without a response.
    pub async fn refresh(&self, client: &reqwest::Client, token: &str) -> Option<(u16, Value)> {
        let request = client.post(format!("{}/api/v1/auth/refresh", self.url)).json(&json!({ "refreshToken": token }));
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    /// Returns whether a sign-out was acknowledged.
    pub async fn sign_out(&self, client: &reqwest::Client, token: &str) -> bool {
        let response = client.post(format!("{}/api/v1/auth/logout", self.url)).bearer_auth(token).send().await;
        response.is_ok_and(|answer| answer.status() == 204)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
