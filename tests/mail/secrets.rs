//! Who can read the content of a mail.

use super::{CODE, GROUPED, TOKEN, sending_to, write_to};
use crate::{app::MailServer, on_both_databases};

on_both_databases! {
    async fn the_database_alone_reveals_no_link(app) {
        write_to(&app, "ada").await;
        let dump = app.dump().await;
        for secret in [TOKEN, CODE, GROUPED, "verify-email", "Verify your"] {
            assert!(!dump.contains(secret), "{secret}");
        }
    }

    async fn a_preview_hides_link_and_code_and_nothing_else(app) {
        let server = MailServer::start().await;
        let app = sending_to(&app, &server).await;
        let id = write_to(&app, "ada").await;
        let content = app.services.mail.show(id, true).await.unwrap().unwrap().content.unwrap();
        assert_eq!(content.subject, "••• is your code for 127.0.0.1");
        for text in [&content.text, &content.html] {
            assert!(![TOKEN, CODE, GROUPED].iter().any(|secret| text.contains(secret)), "{text}");
            assert!(text.contains("https://auth.example.com/verify-email?token=•••"), "{text}");
        }
    }

    async fn mails_written_to_files_are_shown_in_full(app) {
        let id = write_to(&app, "ada").await;
        assert!(app.services.mail.writes_files());
        let content = app.services.mail.show(id, true).await.unwrap().unwrap().content.unwrap();
        assert!(content.subject.contains(CODE), "{}", content.subject);
        for text in [&content.text, &content.html] {
            assert!(text.contains(TOKEN) && text.contains(GROUPED), "{text}");
        }
    }

    async fn input_from_before_the_sign_in_is_sealed(app) {
        let browser = app.browser();
        browser.sign_in("an-unknown-user", "and their password").await;
        assert!(browser.get("/login").await.text.contains("an-unknown-user"), "it is kept for the form");
        browser.sign_in("an-unknown-user", "and their password").await;
        assert!(app.count("SELECT count(*) FROM browser_states").await > 0);
        assert!(!app.dump().await.contains("an-unknown-user"));
    }

    async fn a_browser_state_that_cannot_be_unsealed_is_ignored(app) {
        let browser = app.browser();
        browser.sign_in("an-unknown-user", "and their password").await;
        app.run_sql("UPDATE browser_states SET content = 'changed'").await;
        let page = browser.get("/login").await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("an-unknown-user"));
    }
}
