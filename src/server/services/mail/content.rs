//! Renders mails from templates, into the form that is sealed in the outbox.

use super::{
    MailTemplate, Site,
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
    mail: &'a Text,
    site: &'a Site,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    mail: &'a Text,
    site: &'a Site,
}

impl Content {
    /// Renders a mail from `site`.
    pub fn of(template: &MailTemplate, site: &Site) -> Self {
        let mail = text(template, site);
        // A template fails only if the formatter does, and a `String` never does.
        let text = PlainText { mail: &mail, site }.render().unwrap_or_default();
        let html = Html { mail: &mail, site }.render().unwrap_or_default();
        Self { subject: mail.subject, text, html, secrets: template.secrets() }
    }

    /// Returns a text with this mail's secrets redacted.
    pub fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{MailKind, SiteLinks},
        server::{services::mail::template::samples, settings::Accent},
    };

    fn plain_site() -> Site {
        Site {
            name: "auth.example.com".into(),
            url: "https://auth.example.com".into(),
            host: "auth.example.com".into(),
            logo: None,
            accent: Accent::BRASS,
            links: SiteLinks::default(),
        }
    }

    fn branded_site() -> Site {
        let links = SiteLinks {
            terms: Some("https://example.com/terms".into()),
            privacy: Some("https://example.com/privacy".into()),
            support: Some("mailto:help@example.com".into()),
        };
        let logo = Some("https://auth.example.com/branding/logo?v=1".into());
        Site { name: "Müller & Söhne".into(), logo, links, ..plain_site() }
    }

    #[test]
    fn mails_read_well_as_text() {
        for (name, template) in samples() {
            insta::assert_snapshot!(format!("{name}_text"), Content::of(&template, &plain_site()).text);
        }
    }

    #[test]
    fn mails_look_well_as_html() {
        let with_all_parts = |kind| matches!(kind, MailKind::VerifyEmail | MailKind::NewDevice);
        for (name, template) in samples().into_iter().filter(|(kind, _)| with_all_parts(*kind)) {
            insta::assert_snapshot!(format!("{name}_html"), Content::of(&template, &plain_site()).html);
        }
    }

    #[test]
    fn a_branded_mail_has_logo_name_and_links() {
        let template = MailTemplate::Invitation {
            link: "https://auth.example.com/register?invitation=t0ken".into(),
            inviter: Some("Ada Lovelace".into()),
        };
        let content = Content::of(&template, &branded_site());
        insta::assert_snapshot!("branded_html", content.html);
        insta::assert_snapshot!("branded_text", format!("Subject: {}\n\n{}", content.subject, content.text));
    }

    #[test]
    fn every_mail_names_the_site_says_why_it_was_sent_and_does_not_shout() {
        for (name, template) in samples() {
            let Content { text, html, .. } = Content::of(&template, &branded_site());
            assert!(text.matches("Müller & Söhne").count() >= 2 && !text.contains('!'), "{name}: {text}");
            assert!(text.contains("You're receiving this because "), "{name}");
            assert!(text.contains("Sent by auth.example.com, a Claviger server."), "{name}");
            for link in ["https://example.com/terms", "https://example.com/privacy", "mailto:help@example.com"] {
                assert!(text.contains(link) && html.contains(&format!("href=\"{link}\"")), "{name} {link}");
            }
            assert!(Content::of(&template, &plain_site()).text.is_ascii(), "{name}");
        }
    }

    #[test]
    fn mails_load_nothing_but_the_logo_and_link_to_nothing_but_the_site() {
        for (name, template) in samples() {
            let (plain, branded) = (Content::of(&template, &plain_site()), Content::of(&template, &branded_site()));
            for word in ["<img", "<script", "<link", "url(", "src=", "@import"] {
                assert!(!plain.html.contains(word), "{name} {word}");
            }
            assert_eq!(branded.html.matches("src=\"").count(), 1, "{name}");
            assert!(
                branded
                    .html
                    .contains("<img src=\"https://auth.example.com/branding/logo?v=1\" alt=\"Müller &#38; Söhne\""),
                "{name}"
            );
            let links = plain.html.matches("href=\"").count();
            assert_eq!(links, plain.html.matches("href=\"https://auth.example.com").count(), "{name}");
        }
    }

    #[test]
    fn text_that_people_can_choose_stays_text() {
        let site = Site { name: "<i>Site</i> \" & co".into(), ..plain_site() };
        let (link, not_me) = (format!("{}/x", site.url), format!("{}/y", site.url));
        let device = MailTemplate::NewDevice {
            device: "<b>Fox</b> & co".into(),
            network: "192.0.2.0/24".into(),
            at: crate::model::Timestamp(0),
            not_me,
        };
        let invitation = MailTemplate::Invitation { link, inviter: Some("<b>\"Ada\"</b> עדה".into()) };
        for template in [device, invitation] {
            let content = Content::of(&template, &site);
            assert!(!content.html.contains("<b>") && !content.html.contains("<i>"), "{}", content.html);
            assert!(content.text.contains("<b>"), "{}", content.text);
        }
    }

    #[test]
    fn exactly_the_secrets_are_redacted() {
        for (name, template) in samples() {
            let content = Content::of(&template, &plain_site());
            let all = [&content.subject, &content.text, &content.html];
            let has_secret = |text: &str| ["t0ken", "4829 1375", "48291375"].iter().any(|secret| text.contains(secret));
            for text in all {
                let shown = content.hide(text);
                assert!(!has_secret(&shown), "{name}: {shown}");
                assert_eq!(shown.contains(HIDDEN), has_secret(text), "{name}");
            }
        }
    }
}
