//! Renders mails from templates, into the form that is sealed in the outbox.

use super::{
    MailTemplate,
    words::{Words, words},
};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Replaces a hidden secret.
const HIDDEN: &str = "•••";

/// A rendered mail, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Secrets to redact in previews: link tokens and codes.
    secrets: Vec<String>,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    words: &'a Words<'a>,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    words: &'a Words<'a>,
    site: &'a str,
}

impl Content {
    /// Renders a mail for `site`.
    pub fn of(letter: &MailTemplate, site: &str) -> Self {
        let words = words(letter);
        // A template fails only if the formatter does, and a `String` never does.
        let text = Text { words: &words, site }.render().unwrap_or_default();
        let html = Html { words: &words, site }.render().unwrap_or_default();
        Self { subject: words.subject.to_owned(), text, html, secrets: letter.secrets() }
    }

    /// Returns a text with this mail's secrets redacted.
    pub fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::services::mail::template::samples;

    const SITE: &str = "https://auth.example.com";

    #[test]
    fn letters_read_well_as_text() {
        for (name, letter) in samples() {
            insta::assert_snapshot!(format!("{name}_text"), Content::of(&letter, SITE).text);
        }
    }

    #[test]
    fn letters_look_well_as_html() {
        for (name, letter) in samples().into_iter().filter(|(name, _)| ["verify_email", "new_device"].contains(name)) {
            insta::assert_snapshot!(format!("{name}_html"), Content::of(&letter, SITE).html);
        }
    }

    #[test]
    fn letters_are_plain_ascii_without_exclamation_marks_and_load_nothing() {
        for (name, letter) in samples() {
            let content = Content::of(&letter, SITE);
            assert!(content.text.is_ascii() && !content.text.contains('!'), "{name}");
            for word in ["<img", "<script", "<link", "url(", "src=", "@import"] {
                assert!(!content.html.contains(word), "{name} {word}");
            }
            let links = content.html.matches("href=\"").count();
            assert_eq!(links, content.html.matches("href=\"https://auth.example.com/").count(), "{name}");
        }
    }

    #[test]
    fn what_a_stranger_can_choose_stays_text() {
        let device = "<b>Fox</b> & co".to_owned();
        let letter = MailTemplate::NewDevice {
            device,
            network: "192.0.2.0/24".into(),
            forgot_password: format!("{SITE}/forgot-password"),
        };
        assert!(!Content::of(&letter, SITE).html.contains("<b>"));
    }

    #[test]
    fn exactly_the_secrets_are_hidden() {
        for (name, letter) in samples() {
            let content = Content::of(&letter, SITE);
            let shown = content.hide(&content.text) + &content.hide(&content.html);
            assert!(!shown.contains("t0ken") && !shown.contains("482913"), "{name}");
            let has_secret = content.text.contains("t0ken") || content.text.contains("482913");
            assert_eq!(shown.contains(HIDDEN), has_secret, "{name}");
        }
    }
}
