//! A log that no one reads.

use super::server::Home;
use crate::app::Database;
use std::{
    io::{BufRead, BufReader, Read},
    process::{ChildStderr, Stdio},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_mins(1);
/// More than a pipe and the buffer in front of it can hold.
const REQUESTS: usize = 8000;

/// Starts a server and waits until it listens. Its later output is left in the pipe.
fn serve(home: &Home) -> (super::server::Server, ChildStderr) {
    let mut child = home.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = child.stderr.take().unwrap();
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.contains("is listening on ") || !text.ends_with('\n') {
        log.read_exact(&mut byte).unwrap();
        text.push(char::from(byte[0]));
    }
    let url = text.split_once("is listening on ").unwrap().1.lines().next().unwrap().to_owned();
    (super::server::Server::new(child, url), log)
}

async fn send_requests(url: &str) {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
    let callers = (0..16).map(|_| {
        let (client, url) = (client.clone(), format!("{url}/health"));
        tokio::spawn(async move {
            for _ in 0..REQUESTS / 16 {
                assert_eq!(client.get(&url).send().await.expect("an answer").status(), 200);
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unread_log_delays_no_request_and_later_says_how_much_is_missing() {
    let home = Home::new(Database::sqlite());
    let (mut server, log) = serve(&home);
    send_requests(&server.url).await;
    let mut lines = BufReader::new(log).lines();
    let report = lines
        .find(|line| line.as_ref().is_ok_and(|line| line.contains("log lines: the reader of the log is too slow")));
    assert!(report.is_some());
    std::thread::spawn(move || lines.for_each(drop));
    assert_eq!(server.stop_in(PATIENCE).0, Some(0));
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_the_log_to_be_read() {
    let home = Home::new(Database::sqlite());
    let (mut server, log) = serve(&home);
    send_requests(&server.url).await;
    assert_eq!(server.stop_in(PATIENCE).0, Some(0));
    drop(log);
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_without_a_reader_stops_nothing() {
    let home = Home::new(Database::sqlite());
    let (mut server, log) = serve(&home);
    drop(log);
    send_requests(&server.url).await;
    assert_eq!(server.stop_in(PATIENCE).0, Some(0));
    home.clean().await;
}
