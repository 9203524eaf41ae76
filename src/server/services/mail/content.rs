//! Renders mails from templates, into the form that is sealed in the outbox.

use super::{
    MailTemplate,
    text::{Text, text},
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
#[template(path = "mail.txt")]
struct PlainText<'a> {
    mail: &'a Text<'a>,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    mail: &'a Text<'a>,
    site: &'a str,
}

impl Content {
    /// Renders a mail for `site`.
    pub fn of(template: &MailTemplate, site: &str) -> Self {
        let mail = text(template);
        // A template fails only if the formatter does, and a `String` never does.
        let text = PlainText { mail: &mail, site }.render().unwrap_or_default();
        let html = Html { mail: &mail, site }.render().unwrap_or_default();
        Self { subject: mail.subject.to_owned(), text, html, secrets: template.secrets() }
    }

    /// Returns a text with this mail's secrets redacted.
    pub fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::MailKind, server::services::mail::template::samples};

    const SITE: &str = "https://auth.example.com";

    #[test]
    fn mails_read_well_as_text() {
        for (name, template) in samples() {
            insta::assert_snapshot!(format!("{name}_text"), Content::of(&template, SITE).text);
        }
    }

    #[test]
    fn mails_look_well_as_html() {
        let with_all_parts = |kind| matches!(kind, MailKind::VerifyEmail | MailKind::NewDevice);
        for (name, template) in samples().into_iter().filter(|(kind, _)| with_all_parts(*kind)) {
            insta::assert_snapshot!(format!("{name}_html"), Content::of(&template, SITE).html);
        }
    }

    #[test]
    fn mails_are_plain_ascii_without_exclamation_marks_and_load_nothing() {
        for (name, template) in samples() {
            let content = Content::of(&template, SITE);
            assert!(content.text.is_ascii() && !content.text.contains('!'), "{name}");
            for word in ["<img", "<script", "<link", "url(", "src=", "@import"] {
                assert!(!content.html.contains(word), "{name} {word}");
            }
            let links = content.html.matches("href=\"").count();
            assert_eq!(links, content.html.matches("href=\"https://auth.example.com/").count(), "{name}");
        }
    }

    #[test]
    fn text_that_a_stranger_can_choose_stays_text() {
        let device = "<b>Fox</b> & co".to_owned();
        let template = MailTemplate::NewDevice {
            device,
            network: "192.0.2.0/24".into(),
            forgot_password: format!("{SITE}/forgot-password"),
        };
        assert!(!Content::of(&template, SITE).html.contains("<b>"));
    }

    #[test]
    fn exactly_the_secrets_are_redacted() {
        for (name, template) in samples() {
            let content = Content::of(&template, SITE);
            let shown = content.hide(&content.text) + &content.hide(&content.html);
            assert!(!shown.contains("t0ken") && !shown.contains("482913"), "{name}");
            let has_secret = content.text.contains("t0ken") || content.text.contains("482913");
            assert_eq!(shown.contains(HIDDEN), has_secret, "{name}");
        }
    }
}
