//! Benchmarks timing differences that could reveal accounts, and the cost of a sign-in flood to other requests.
//! Timing differences are shares of the time of one hash in the same run.

use super::server::{PASSWORD, Server, median};
use futures::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Number of response pairs to compare, and of tries per name: too few to lock it.
const PAIRS: usize = 200;
const TRIES: usize = 40;
/// Number of concurrent sign-in callers, and for how long they run.
const CALLERS: usize = 200;
const FLOOD: Duration = Duration::from_secs(10);

/// A pair of responses that must not differ in time: label, path, and the request body for a `known` or
/// `unknown` name.
type Pair = (&'static str, &'static str, fn(&str, usize) -> Value);

/// Compares responses, then runs the floods.
pub async fn measure() {
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
    let pairs: [Pair; 5] = [
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
        ("code", "/api/v1/auth/verify-email", |who, _| match who {
            "known" => json!({ "email": "waiting@example.com", "code": "00000000" }),
            _ => json!({ "email": "unknown@example.com", "code": "00000000" }),
        }),
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
    for endpoint in ["/api/auth/login", "/fn/sign_in"] {
        flood(&server, &client, endpoint).await;
    }
}

fn sign_in(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": "not this one" })
}

/// Runs many concurrent sign-ins at the endpoint `endpoint`, and measures the latency of another request and the
/// memory.
async fn flood(server: &Server, client: &Client, endpoint: &str) {
    let body = json!({ "email": "known0@example.com", "password": PASSWORD });
    let answer = client.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.expect("an answer");
    let token = answer.json::<Value>().await.expect("JSON")["token"].as_str().expect("a token").to_owned();
    let end = Instant::now() + FLOOD;
    let callers = (0..CALLERS).map(|number| async move {
        let (client, body) = (Client::new(), sign_in(&format!("flood{number}")));
        while Instant::now() < end {
            match endpoint {
                "/fn/sign_in" => post_form(server, &client, endpoint, number).await,
                _ => drop(server.time(&client, endpoint, &body).await),
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
    println!("{CALLERS} at once at {endpoint:<16} {:6.2} ms at p99 for a profile (at most 100)", p99 * 1000.0);
    println!("{:<31} {peak:3} MiB resident at most (max_parallel × memory_kib and 60 MiB)", "");
}

/// Posts the form as a browser without scripts does.
async fn post_form(server: &Server, client: &Client, path: &str, number: usize) {
    let asked = client.post(format!("{}{path}", server.url)).header("sec-fetch-site", "same-origin");
    let typed = [("identifier", format!("flood{number}@example.com")), ("password", "not this one".to_owned())];
    let answer = asked.header("accept", "text/html").form(&typed).send().await.expect("an answer");
    answer.bytes().await.expect("a body");
}
