//! What the command line says about itself: help and completions.

use super::server::Home;
use crate::app::Database;
use std::process::Output;

fn stdout_of(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn every_command_and_every_argument_has_a_help_text() {
    let home = Home::new(Database::sqlite());
    let of_user = ["create", "import", "list", "show", "ban", "unban", "unlock", "verify", "set-role", "set-password"];
    let of_user = of_user.iter().chain(&["delete"]).map(|name| vec!["user", name]);
    let others = ["serve", "migrate", "user", "setup-link", "config", "completions"].map(|name| vec![name]);
    for words in of_user.chain(others).chain([vec![]]) {
        let help = stdout_of(home.run(&[&words[..], &["-h"]].concat()));
        assert!(help.lines().next().is_some_and(|line| !line.is_empty() && !line.ends_with('.')), "{words:?}: {help}");
        let listed = help.lines().filter(|line| line.starts_with("  ") && !line.trim().is_empty());
        for line in listed {
            let (name, text) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
            assert!(!text.trim().is_empty(), "{words:?}: {name} has no help: {help}");
        }
    }
    home.clean().await;
}

#[tokio::test]
async fn completions_are_printed_for_each_shell_whatever_the_settings() {
    let home = Home::new(Database::sqlite());
    for (shell, part) in [("bash", "complete -F"), ("zsh", "#compdef claviger"), ("fish", "complete -c claviger")] {
        let output = home.command(&["completions", shell]).env("CLAVIGER_NO__SUCH_KEY", "1").output().unwrap();
        let (is_done, script) = (output.status.success(), stdout_of(output));
        assert!(is_done && script.contains(part) && script.contains("set-role"), "{shell}: {script}");
    }
    home.clean().await;
}
