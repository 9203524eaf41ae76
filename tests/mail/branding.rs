//! What mails say of the site and of people.

use super::{TOKEN, deliver_due, email, queue};
use crate::{
    app::{MailServer, PASSWORD, TestApp},
    on_both_databases,
};
use claviger::server::services::MailTemplate;
use serde_json::{Value, json};

/// Sends the template from a site with these settings, and returns what arrived.
async fn arrived(app: &TestApp, settings: &[(&str, &str)], template: MailTemplate) -> Value {
    let mut server = MailServer::start().await;
    let url = server.url();
    let app = app.restart(&[&[("mail.smtp_url", url.as_str())], settings].concat()).await;
    queue(&app, app.services.mail.notice(&email("ada"), &template)).await.unwrap();
    deliver_due(&app).await;
    server.next().await
}

fn invitation(inviter: &str) -> MailTemplate {
    let link = format!("https://auth.example.com/register?invitation={TOKEN}");
    MailTemplate::Invitation { link, inviter: Some(inviter.to_owned()) }
}

on_both_databases! {
    async fn names_arrive_letter_by_letter_and_change_no_header(app) {
        for (site, inviter, subject) in [
            ("Example", "Ada Lovelace", "Ada Lovelace invited you to Example"),
            ("Müller & Söhne <eve@example.net>", "Zoë \"O’Hara\", Bcc: eve@example.net", "Zoë \"O’Hara\", Bcc: eve@example.net invited you to Müller & Söhne <eve@example.net>"),
            ("דוגמה", "عائشة", "\u{2068}عائشة\u{2069} invited you to \u{2068}דוגמה\u{2069}"),
            ("=?utf-8?q?Bank?=", "=?utf-8?b?RXZl?=", "= ?utf-8?b?RXZl?= invited you to = ?utf-8?q?Bank?="),
        ] {
            let mail = arrived(&app, &[("server.name", site)], invitation(inviter)).await;
            assert_eq!(mail["subject"], subject);
            assert_eq!(mail["headers"]["from"]["value"].as_array().or(mail["headers"]["from"].as_array()).map(Vec::len), Some(1), "{mail}");
            assert_eq!(mail["headers"]["from"][0]["name"], site.replace("=?", "= ?"));
            assert_eq!(mail["headers"]["from"][0]["address"], "no-reply@localhost");
            assert_eq!(mail["recipients"], json!(["ada@example.com"]));
            assert!(mail["headers"]["bcc"].is_null() && mail["headers"]["cc"].is_null(), "{mail}");
            assert!(mail["text"].as_str().unwrap().starts_with(subject), "{mail}");
            assert!(!mail["html"].as_str().unwrap().contains("<eve@"), "{mail}");
        }
    }

    async fn long_names_arrive_whole(app) {
        let (site, inviter) = ("ä".repeat(100), "Lovelace".repeat(12));
        let mail = arrived(&app, &[("server.name", &site)], invitation(&inviter)).await;
        assert_eq!(mail["subject"], format!("{inviter} invited you to {site}"));
        assert!(mail["text"].as_str().unwrap().contains(&format!("{inviter} invited you to create an account at {site}.")));
    }

    async fn the_sender_has_the_name_of_the_site_unless_it_has_its_own(app) {
        for (from, expected) in [
            ("post@example.com", "\"Example\" <post@example.com>"),
            ("The Post <post@example.com>", "\"The Post\" <post@example.com>"),
        ] {
            let mail = arrived(&app, &[("server.name", "Example"), ("mail.from", from)], MailTemplate::Unlocked).await;
            assert_eq!(mail["from"], expected);
        }
    }

    async fn a_new_sign_in_is_reported_with_device_network_and_time(app) {
        app.user("ada").await;
        app.signed_in("ada").await;
        app.pass(3600);
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        let form = [("identifier", "ada"), ("password", PASSWORD), ("next", "")];
        app.post("/fn/sign_in").form(&form).same_origin().header("user-agent", firefox).send().await;
        let mail = app.mail_to("ada@example.com").await;
        assert_eq!(mail.template, "new_device");
        let expected = "New sign-in from Firefox on Linux, 127.0.0.1, on 15 Jan 2027, 09:00 UTC.";
        assert!(mail.text.contains(expected), "{}", mail.text);
    }

    async fn an_invitation_names_the_administrator_who_sent_it(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        browser.post("/fn/rename", &[("name", "Ada Lovelace")]).await;
        browser.post("/fn/invite", &[("email", "grace@example.org")]).await;
        let text = app.mail_to("grace@example.org").await.text;
        assert!(text.starts_with("Ada Lovelace invited you to 127.0.0.1\n"), "{text}");
        // Stored before today's rules for names.
        app.run_sql("UPDATE users SET name = 'Ada\r\nBcc: eve@example.net' WHERE username = 'ada'").await;
        browser.post("/fn/invite", &[("email", "joan@example.org")]).await;
        let text = app.mail_to("joan@example.org").await.text;
        assert!(text.starts_with("You're invited to 127.0.0.1\n"), "{text}");
    }
}
