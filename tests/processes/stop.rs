//! Shutdown: within ten seconds, whatever hangs, and without partial responses.

use super::{
    network::Network,
    server::{Home, Server},
};
use crate::app::{Database, PASSWORD, rounds};
use serde_json::json;
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::mpsc,
    time::{Duration, Instant},
};

/// How long the test waits, on a machine ten times slower.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many clients open new connections during the shutdown.
const CALLERS: usize = 16;

/// Starts a server whose database hangs, with a request waiting for it.
async fn hung_server() -> (Home, Network, Server) {
    let home = Home::new(Database::postgres().await);
    home.make_user("ada");
    let network = Network::to(&home).await;
    let server = network.home.serve();
    let client = reqwest::Client::new();
    let (token, _) = server.tokens(&client, "ada").await;
    network.freeze();
    let url = server.url.clone();
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    for _ in 0..20 {
        tokio::spawn(client.post(format!("{url}/api/auth/login")).json(&body).send());
        tokio::spawn(client.post(format!("{url}/api/v1/auth/logout")).bearer_auth(&token).send());
    }
    (home, network, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_completes_even_when_the_database_hangs() {
    let (home, network, mut server) = hung_server().await;
    assert_eq!(server.stop_in(PATIENCE).0, Some(0));
    drop(network);
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_signal_ends_the_process_at_once() {
    let (home, network, mut server) = hung_server().await;
    server.signal("INT");
    let signaled = Instant::now();
    let ready = async || reqwest::get(format!("{}/ready", server.url)).await;
    // Once new connections are refused, the first signal has been handled; two signals in quick succession may merge.
    while ready().await.is_ok() {
        assert!(signaled.elapsed() < PATIENCE);
    }
    let (code, took) = server.stop_in(PATIENCE);
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(4), "it waited for its requests: {took:?}");
    drop(network);
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hanging_start_can_be_stopped() {
    let home = Home::new(Database::postgres().await);
    let network = Network::to(&home).await;
    network.freeze();
    let mut server = network.home.begin_to_serve();
    // It ends whether or not its signal handlers are in place.
    server.signal("TERM");
    assert!(server.ends_in(PATIENCE).is_some());
    drop(network);
    home.clean().await;
}

/// The outcome of one call.
#[derive(Debug, PartialEq)]
enum Call {
    Answered,
    Refused,
}

/// Connects, sends a request, and reads to the end of the connection.
fn call(address: &str) -> Result<Call, String> {
    let mut stream = match TcpStream::connect(address) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(Call::Refused),
        Err(error) => return Err(format!("connect: {error}")),
        Ok(stream) => stream,
    };
    let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|error| format!("write: {error}"))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(|error| format!("read: {error}"))?;
    let is_whole = answer.starts_with("HTTP/1.1 200 ") && answer.trim_end().ends_with('}');
    if is_whole { Ok(Call::Answered) } else { Err(format!("half an answer: {answer:?}")) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_during_a_stop_gets_a_response_or_is_refused() {
    let home = Home::new(Database::sqlite());
    for round in 0..rounds(3, 60) {
        let mut server = home.serve();
        let address = server.url.trim_start_matches("http://").to_owned();
        let (answered, answers) = mpsc::channel();
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (address, answered) = (address.clone(), answered.clone());
                std::thread::spawn(move || {
                    while call(&address)? == Call::Answered {
                        let _ = answered.send(());
                    }
                    Ok::<_, String>(())
                })
            })
            .collect();
        // Every client is busy.
        for _ in 0..CALLERS * 4 {
            answers.recv().unwrap();
        }
        assert_eq!(server.stop_in(PATIENCE).0, Some(0));
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Ok(()), "round {round}");
        }
    }
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_it_stops_accepting_it_reports_not_ready_for_the_configured_time() {
    let home = Home::new(Database::sqlite());
    let mut server = home.serve_with(&[("CLAVIGER_SERVER__SHUTDOWN_DELAY", "3s")]);
    let client = reqwest::Client::new();
    let ready = async || client.get(format!("{}/ready", server.url)).send().await.unwrap();
    assert_eq!(ready().await.status(), 200);
    let mut early = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    server.signal("TERM");
    let signaled = Instant::now();
    let answer = loop {
        let answer = ready().await;
        if answer.status() == 503 {
            break answer;
        }
        assert!(signaled.elapsed() < PATIENCE);
    };
    assert_eq!(answer.headers()["connection"], "close");
    early.write_all(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    early.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(server.ends_in(PATIENCE).is_some_and(|status| status.success()));
    home.clean().await;
}
