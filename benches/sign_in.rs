//! What time must not tell, and what a flood of sign-ins costs everybody else, as shares of the time of
//! one hash in the same run: `cargo bench --features ssr`.

use futures::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const PASSWORD: &str = "correct horse battery staple";
/// Pairs of answers that are compared. A name is tried so often that nothing locks.
const PAIRS: usize = 200;
const TRIES: usize = 40;
/// Callers that sign in at once, and for how long.
const CALLERS: usize = 200;
const FLOOD: Duration = Duration::from_secs(10);

/// Two answers that must not differ: what they are of, where it is asked for, and what is asked with a
/// `known` name and an `unknown` one.
type Pair = (&'static str, &'static str, fn(&str, usize) -> Value);

#[tokio::main]
async fn main() {
    let server = Server::start();
    for number in 0..PAIRS / TRIES {
        server.make_user(&format!("known{number}"), &["--verified"]);
    }
    server.make_user("waiting", &[]);
    let client = Client::new();
    let mut hashes = Vec::new();
    for _ in 0..TRIES {
        hashes.push(server.time(&client, "/api/auth/login", &sign_in("nobody")).await);
    }
    let hash = median(hashes);
    println!("one hash                 {:6.2} ms", hash * 1000.0);
    let pairs: [Pair; 4] = [
        ("sign-in", "/api/auth/login", |who, number| sign_in(&format!("{who}{}", number / TRIES))),
        ("registration", "/api/v1/auth/register", |who, number| match who {
            "known" => json!({ "email": "known0@example.com", "password": PASSWORD }),
            _ => json!({ "email": format!("new{number}@example.com"), "password": PASSWORD }),
        }),
        (
            "forgotten password",
            "/api/v1/auth/forgot-password",
            |who, _| json!({ "email": format!("{who}0@example.com") }),
        ),
        ("resending", "/api/v1/auth/resend-verification", |who, _| match who {
            "known" => json!({ "email": "waiting@example.com" }),
            _ => json!({ "email": "unknown@example.com" }),
        }),
    ];
    for (name, path, body) in pairs {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..PAIRS {
            known.push(server.time(&client, path, &body("known", number)).await);
            unknown.push(server.time(&client, path, &body("unknown", number)).await);
        }
        let apart = (median(known) - median(unknown)) / hash;
        println!("{name:<24} {:+6.1} % of a hash apart (at most 5)", apart * 100.0);
    }
    for door in ["/api/auth/login", "/fn/sign_in"] {
        flood(&server, &client, door).await;
    }
}

fn sign_in(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": "not this one" })
}

/// Many sign in at once by one of the two doors: what that does to somebody else's request, and to memory.
async fn flood(server: &Server, client: &Client, door: &str) {
    let body = json!({ "email": "known0@example.com", "password": PASSWORD });
    let answer = client.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.expect("an answer");
    let token = answer.json::<Value>().await.expect("JSON")["token"].as_str().expect("a token").to_owned();
    let end = Instant::now() + FLOOD;
    let callers = (0..CALLERS).map(|number| async move {
        let (client, body) = (Client::new(), sign_in(&format!("flood{number}")));
        while Instant::now() < end {
            match door {
                "/fn/sign_in" => server.post_form(&client, door, number).await,
                _ => drop(server.time(&client, door, &body).await),
            }
        }
    });
    let other = async {
        let (mut times, mut peak) = (Vec::new(), 0);
        while Instant::now() < end {
            let began = Instant::now();
            let asked = client.get(format!("{}/api/user/profile", server.url)).bearer_auth(&token).send().await;
            assert_eq!(asked.expect("an answer").status(), 200);
            times.push(began.elapsed().as_secs_f64());
            peak = peak.max(server.resident_mib());
        }
        (times, peak)
    };
    let ((mut times, peak), _) = tokio::join!(other, join_all(callers));
    times.sort_by(f64::total_cmp);
    let p99 = times[times.len() * 99 / 100];
    println!("{CALLERS} at once at {door:<16} {:6.2} ms at p99 for a profile (at most 100)", p99 * 1000.0);
    println!("{:<31} {peak:3} MiB resident at most (max_parallel × memory_kib and 60 MiB)", "");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A server of one's own, killed when dropped.
struct Server {
    child: Child,
    url: String,
    folder: PathBuf,
}

impl Server {
    fn start() -> Self {
        let folder = env::temp_dir().join(format!("claviger-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut child = command(&folder).stderr(Stdio::piped()).spawn().expect("the server");
        let mut lines = BufReader::new(child.stderr.take().expect("what it says")).lines();
        let said = lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.split_once(" on ")?.1.to_owned()));
        // Nobody reads on: what it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: said.expect("where it listens"), folder }
    }

    fn make_user(&self, name: &str, more: &[&str]) {
        let words = ["user", "create", "--email", &format!("{name}@example.com"), "--password-stdin"];
        let mut made = command(&self.folder).args(words).args(more).stdin(Stdio::piped()).spawn().expect("the command");
        made.stdin.take().expect("its input").write_all(PASSWORD.as_bytes()).expect("the password");
        assert!(made.wait().expect("its end").success());
    }

    /// Seconds until the answer is there.
    async fn time(&self, client: &Client, path: &str, body: &Value) -> f64 {
        let began = Instant::now();
        let answer = client.post(format!("{}{path}", self.url)).json(body).send().await.expect("an answer");
        answer.bytes().await.expect("a body");
        began.elapsed().as_secs_f64()
    }

    /// As a browser without scripts posts it.
    async fn post_form(&self, client: &Client, path: &str, number: usize) {
        let asked = client.post(format!("{}{path}", self.url)).header("sec-fetch-site", "same-origin");
        let typed = [("identifier", format!("flood{number}@example.com")), ("password", "not this one".to_owned())];
        let answer = asked.header("accept", "text/html").form(&typed).send().await.expect("an answer");
        answer.bytes().await.expect("a body");
    }

    /// 0 where the system does not tell.
    fn resident_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn command(folder: &PathBuf) -> Command {
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
