//! Commands on a terminal, which `script` of util-linux provides.

use super::server::Home;
use crate::app::{Database, PASSWORD, PATIENCE};
use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Runs a command on a terminal. Types each answer once its prompt is shown. Returns the exit status and everything
/// that was shown.
fn run(home: &Home, words: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let command = home.command(words);
    let line = format!("{} {}", command.get_program().display(), words.join(" "));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(&home.folder).env_clear();
    script.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.env("TERM", "xterm").env("PATH", "/usr/bin:/bin").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = script.spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (screen_text, seen) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = screen.read(&mut bytes) {
            let _ = screen_text.send(String::from_utf8_lossy(&bytes[..count]).into_owned());
        }
    });
    let (mut text, began) = (String::new(), Instant::now());
    for (prompt, answer) in answers {
        let after = text.len();
        while !text[after..].contains(prompt) {
            assert!(began.elapsed() < PATIENCE, "{prompt:?} is not shown: {text}");
            text.extend(seen.recv_timeout(Duration::from_millis(50)));
        }
        // The prompt drops what was typed before it listens, so the answer is typed until something follows.
        let length = text.len();
        while text.len() == length {
            assert!(began.elapsed() < PATIENCE, "{prompt:?} takes no answer: {text}");
            keyboard.write_all(answer.as_bytes()).unwrap();
            text.extend(seen.recv_timeout(Duration::from_millis(50)));
        }
    }
    let status = child.wait().unwrap();
    text.extend(seen);
    (status.code(), text)
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
