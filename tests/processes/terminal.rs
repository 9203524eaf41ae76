//! Commands on a terminal of their own.

use super::server::Home;
use crate::app::{Database, PASSWORD, PATIENCE};
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};
use std::{
    io::{Read, Write},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

/// Runs a command on a terminal. Types each answer once its prompt is shown and listens. Returns the exit status and
/// everything that was shown.
fn run(home: &Home, words: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let (terminal, commands_side) = open().unwrap();
    let terminal = Arc::new(terminal);
    let like = home.command(words);
    let variables = like.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let command = Command::new(like.get_program()).args(words).current_dir(&home.folder).env_clear();
    let mut child = command.envs(variables).env("TERM", "xterm").spawn(commands_side).unwrap();
    let (screen, (send, seen)) = (terminal.clone(), mpsc::channel());
    thread::spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = (&*screen).read(&mut bytes) {
            let _ = send.send(String::from_utf8_lossy(&bytes[..count]).into_owned());
        }
    });
    let (mut text, mut answered) = (String::new(), 0);
    for (prompt, answer) in answers {
        let began = Instant::now();
        let shown = loop {
            match text[answered..].find(prompt) {
                Some(place) if listens(&terminal) => break answered + place + prompt.len(),
                _ => assert!(began.elapsed() < PATIENCE, "{prompt:?} is not shown, or takes no answer: {text}"),
            }
            text.extend(seen.recv_timeout(Duration::from_millis(20)));
        };
        answered = shown;
        (&*terminal).write_all(answer.as_bytes()).unwrap();
    }
    let status = child.wait().unwrap();
    text.extend(seen);
    (status.code(), text)
}

/// Whether a prompt has begun to read. It switches the echo off then, and drops what was typed before.
fn listens(terminal: &Pty) -> bool {
    !tcgetattr(terminal).unwrap().local_modes.contains(LocalModes::ECHO)
}

fn home() -> Home {
    let home = Home::new(Database::sqlite());
    home.make_user("ada");
    home
}

#[tokio::test]
async fn a_password_is_asked_for_twice_and_never_shown() {
    let home = home();
    let typed = format!("{PASSWORD}\n");
    let create = ["user", "create", "--email", "grace@example.com", "--verified"];
    let answers = [("Password", "short\n"), ("Password", &typed), ("Repeat password", &typed)];
    let (status, shown) = run(&home, &create, &answers);
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("Use at least 8 characters") && !shown.contains(PASSWORD), "{shown}");
    let server = home.serve();
    assert_eq!(server.log_in(&reqwest::Client::new(), "grace@example.com", PASSWORD).await.0, 200);
    drop(server);
    home.clean().await;
}

#[tokio::test]
async fn a_deletion_asks_first_unless_it_is_confirmed_already() {
    let home = home();
    let (status, shown) = run(&home, &["user", "delete", "ada"], &[("Permanently delete ada@example.com?", "n")]);
    assert!(status == Some(1) && shown.contains("error: nothing deleted"), "{shown}");
    assert!(home.run(&["user", "show", "ada"]).status.success());
    let (status, shown) = run(&home, &["user", "delete", "ada", "--yes"], &[]);
    assert!(status == Some(0) && shown.contains("Deleted ada@example.com."), "{shown}");
    home.clean().await;
}

#[tokio::test]
async fn a_new_set_up_link_comes_with_a_sentence_for_people_and_alone_for_programs() {
    let home = Home::new(Database::sqlite());
    let (status, shown) = run(&home, &["setup-link"], &[]);
    assert!(status == Some(0) && shown.contains("Open this link (valid 24 h)"), "{shown}");
    assert!(shown.contains("Creating a new database: ") && shown.contains("/setup?token="), "{shown}");
    let output = home.run(&["setup-link"]);
    let link = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.stderr.len(), link.lines().count()), (0, 1));
    home.clean().await;
}
