//! The administrators' list of mails.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::model::FormName;

const PAGE: &str = "/admin/mail";

/// Queues mails to `mail1@example.org` and so on, one after the other.
async fn queue(app: &TestApp, browser: &Browser, count: usize) {
    for number in 1..=count {
        app.pass(1);
        browser.post("/fn/invite", &[("email", &format!("mail{number}@example.org"))]).await;
    }
}

/// Returns the recipients on a page, from the top.
async fn recipients_on(browser: &Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await.text;
    let begins = page.split("<bdi>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    begins.filter(|text| text.contains('@')).collect()
}

/// Returns the target of the link with this text.
async fn link_target(browser: &Browser, path: &str, word: &str) -> Option<String> {
    let page = browser.get(path).await.text;
    let before = page.split(&format!(">{word}</a>")).next().filter(|before| before.len() < page.len())?;
    Some(before.rsplit("href=\"").next()?.split('"').next()?.replace("&amp;", "&"))
}

async fn newest(app: &TestApp) -> String {
    app.services.mail.list(None, None, 1).await.unwrap()[0].id.to_string()
}

on_both_databases! {
    async fn only_those_who_may_read_mail_see_it_and_only_those_who_may_write_resend_it(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (anonymous, ada, eve) = (app.browser(), app.signed_in("ada").await, app.signed_in("eve").await);
        queue(&app, &eve, 1).await;
        let id = newest(&app).await;
        assert_leads_to(&anonymous.get(PAGE).await, "/login?next=%2Fadmin%2Fmail", "anonymous");
        for path in [PAGE.to_owned(), format!("{PAGE}?id={id}")] {
            assert_eq!((ada.get(&path).await.status, eve.get(&path).await.status), (403, 200), "{path}");
        }
        for path in ["/fn/mails", "/fn/mail", "/fn/resend_mail"] {
            let answer = ada.call(path, &[("id", &id)]).await;
            assert_eq!((answer.status, answer.json()), (403, "forbidden".into()), "{path}");
        }
        app.run_sql("DELETE FROM role_permissions WHERE permission = 'mail:write'").await;
        let reader = app.restart(&[]).await.signed_in("eve").await;
        let page = reader.get(&format!("{PAGE}?id={id}")).await;
        assert!(page.status == 200 && !page.text.contains("Resend"), "{}", page.text);
        assert_eq!(reader.post("/fn/resend_mail", &[("id", &id)]).await.status, 403);
    }

    async fn an_empty_list_says_where_mails_go(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        app.run_sql("DELETE FROM outbox").await;
        let page = browser.get(PAGE).await.text;
        assert!(page.contains("No emails yet.") && page.contains("Emails are saved as files"), "{page}");
        assert!(page.contains("/outbox</code>"), "the folder");
        assert!(browser.get("/admin/mail?state=failed").await.text.contains("No failed emails."));
    }

    async fn the_list_can_be_paged_in_both_directions(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        app.run_sql("DELETE FROM outbox").await;
        queue(&app, &browser, 60).await;
        let first = recipients_on(&browser, PAGE).await;
        assert_eq!((first.len(), first[0].as_str(), first[24].as_str()), (25, "mail60@example.org", "mail36@example.org"));
        assert_eq!(link_target(&browser, PAGE, "← Previous").await, None);
        let second = link_target(&browser, PAGE, "Next →").await.unwrap();
        assert_eq!(recipients_on(&browser, &second).await[0], "mail35@example.org");
        let third = link_target(&browser, &second, "Next →").await.unwrap();
        assert_eq!(recipients_on(&browser, &third).await.len(), 10);
        assert_eq!(link_target(&browser, &third, "Next →").await, None);
        let back = link_target(&browser, &third, "← Previous").await.unwrap();
        assert_eq!(recipients_on(&browser, &back).await, recipients_on(&browser, &second).await);
        let front = link_target(&browser, &back, "← Previous").await.unwrap();
        assert_eq!(recipients_on(&browser, &front).await, first, "the first part is whole");
        assert_eq!(recipients_on(&browser, "/admin/mail?before=x&after=%00&state=lost").await, first, "nonsense is not said");
    }

    async fn a_filter_stays_in_the_address(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        app.run_sql("DELETE FROM outbox").await;
        queue(&app, &browser, 30).await;
        app.run_sql("UPDATE outbox SET state = 'failed', last_error = 'No such mailbox' WHERE recipient LIKE 'mail1%'").await;
        let failed = recipients_on(&browser, "/admin/mail?state=failed").await;
        assert_eq!((failed.len(), failed[0].as_str()), (11, "mail19@example.org"));
        let page = browser.get("/admin/mail?state=failed").await.text.replace("<!>", "");
        assert!(page.contains("No such mailbox") && page.contains(r#"href="/admin/mail?state=waiting""#));
        for (word, count) in [("All", 30), ("Queued", 19), ("Sent", 0), ("Failed", 11)] {
            assert!(page.contains(&format!(r#"{word} <span class="number">{count}</span>"#)), "{word}");
        }
        app.run_sql("UPDATE outbox SET state = 'failed'").await;
        let older = link_target(&browser, "/admin/mail?state=failed", "Next →").await.unwrap();
        assert!(older.starts_with("/admin/mail?state=failed&before="), "{older}");
    }

    async fn a_mail_is_shown_as_text_and_can_be_resent(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        queue(&app, &browser, 1).await;
        let id = newest(&app).await;
        let page = format!("{PAGE}?id={id}");
        let text = browser.get(&page).await.text;
        assert!(text.contains("mail1@example.org") && text.contains("/register?invitation="), "{text}");
        assert_leads_to(&browser.post("/fn/resend_mail", &[("id", &id)]).await, &page, "it is due anyway");
        let why = flash_of(&app, &browser).await.state_of(FormName::ResendMail).errors.message.unwrap();
        assert!(why.starts_with("This email can’t be resent"), "{why}");
        assert!(browser.get(&page).await.text.contains(r#"role="alert"#));
        app.run_sql("UPDATE outbox SET state = 'failed', tries = 8, last_error = 'No such mailbox'").await;
        assert_leads_to(&browser.post("/fn/resend_mail", &[("id", &id)]).await, &page, "again");
        let notice = flash_of(&app, &browser).await.notice.unwrap();
        assert_eq!(notice, "Email queued. It will be sent in a moment.");
        assert_eq!(app.count("SELECT count(*) FROM outbox WHERE state = 'waiting' AND tries = 0").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'mail.resent'").await, 1);
    }

    async fn only_who_may_do_everything_sees_the_links_in_mails(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let role = serde_json::json!({ "name": "post", "permissions": ["mail:read", "mail:write", "users:read"] });
        let created = app.post("/api/v1/roles").bearer(&app.tokens("eve").await.0).json(&role).send().await;
        assert_eq!(created.status, 201, "{}", created.text);
        app.user_with("mia", &["user", "post"], true).await;
        let mia = app.signed_in("mia").await;
        app.post("/api/v1/auth/forgot-password").json(&serde_json::json!({ "email": "eve@example.com" })).send().await;
        let page = format!("{PAGE}?id={}", newest(&app).await);
        let (seen, hidden) = (eve.get(&page).await.text, mia.get(&page).await.text);
        assert!(seen.contains("/reset-password?token=") && !seen.contains("•••"), "{seen}");
        assert!(hidden.contains("/reset-password?token=•••"), "{hidden}");
    }

    async fn an_unknown_mail_is_not_found(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        for id in ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00"] {
            let answer = browser.get(&format!("{PAGE}?id={id}")).await;
            assert!(answer.status == 404 && answer.text.contains("Page not found"), "{id}: {}", answer.status);
        }
        queue(&app, &browser, 1).await;
        let page = format!("{PAGE}?id={}", newest(&app).await);
        app.run_sql("UPDATE outbox SET sealed_body = ''").await;
        let text = browser.get(&page).await.text;
        assert!(text.contains("The content is deleted one day after sending.") && !text.contains("Resend"), "{text}");
    }
}
