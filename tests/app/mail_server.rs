//! A real SMTP server in a separate process.

use super::PATIENCE;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tokio::sync::mpsc;

/// A running mail server. Killed on drop.
pub struct MailServer {
    child: Child,
    lines: mpsc::UnboundedReceiver<Value>,
    pub port: u16,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::with(json!({})).await
    }

    /// Starts the server with options that its script documents.
    pub async fn with(options: Value) -> Self {
        let mut child = node(&options).stdout(Stdio::piped()).spawn().expect("Node.js is needed");
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut server = Self { child, lines, port: 0 };
        server.port = u16::try_from(server.next().await["port"].as_u64().unwrap()).unwrap();
        server
    }

    /// Starts the server again on the same port.
    pub async fn up_again(port: u16) -> Self {
        Self::with(json!({ "port": port })).await
    }

    /// Returns the URL for `mail.smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Returns the next event that it prints.
    pub async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.recv()).await.expect("the mail server is silent");
        line.expect("the mail server has ended: `cargo xtask test rust` installs its packages")
    }

    /// Kills the server and returns everything it printed.
    pub async fn down(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut said = Vec::new();
        while let Some(line) = self.lines.recv().await {
            said.push(line);
        }
        said
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns what a mail parser reads in a file.
pub fn parsed(file: &Path) -> Value {
    let output = node(&json!({ "parse": file })).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn node(options: &Value) -> Command {
    let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/fixtures/mail-server.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(options.to_string()).stdin(Stdio::null());
    command
}
