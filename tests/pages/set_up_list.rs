//! What is left to set up, on the dashboard of administrators.

use super::assert_leads_to;
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{model::Page, server::services::Caller};

const TITLE: &str = "Finish setting up";

async fn dashboard(browser: &Browser) -> String {
    browser.get("/dashboard").await.text
}

/// Returns how many steps are done, and how many are not.
async fn steps(browser: &Browser) -> (usize, usize) {
    let page = dashboard(browser).await;
    assert!(page.contains(TITLE), "{page}");
    let list = page.split("class=\"steps\"").nth(1).unwrap().split("</ul>").next().unwrap();
    (list.matches("data-stage=\"live\"").count(), list.matches("data-stage=\"soon\"").count())
}

/// Returns a server with one user, its administrator.
async fn alone(app: &TestApp, settings: &[(&str, &str)]) -> TestApp {
    app.run_sql("DELETE FROM users").await;
    let app = app.restart(settings).await;
    app.admin("ada").await;
    app
}

on_both_databases! {
    async fn an_administrator_sees_each_step_with_its_state_and_link(app) {
        let app = alone(&app, &[]).await;
        let browser = app.signed_in("ada").await;
        assert_eq!(steps(&browser).await, (0, 3));
        let page = dashboard(&browser).await;
        for link in [Page::Outbox, Page::Invitations] {
            assert!(page.contains(&format!("href=\"{}\"", link.path())), "{link:?}");
        }
        assert!(page.contains("http://127.0.0.1:3000") && page.contains("copy its data folder"), "{page}");
        browser.post("/fn/invite", &[("email", "grace@example.org")]).await;
        assert_eq!(steps(&browser).await, (1, 2));
    }

    async fn the_list_is_gone_when_all_is_done(app) {
        let settings = [
            ("mail.smtp_url", "smtp://127.0.0.1:1"),
            ("mail.from", "claviger@example.com"),
            ("server.public_url", "https://id.example.com"),
        ];
        let app = alone(&app, &settings).await;
        let list = app.services.set_up_list.clone();
        let (token, _) = app.tokens("ada").await;
        let claims = app.services.sessions.check(&token, &Caller::command_line()).unwrap();
        assert!(list.of(&claims).await.unwrap().is_some_and(|list| list.has_mail_server && list.is_public));
        app.user("grace").await;
        assert_eq!(list.of(&claims).await.unwrap(), None);
    }

    async fn no_one_else_sees_it(app) {
        app.user("ada").await;
        assert!(!dashboard(&app.signed_in("ada").await).await.contains(TITLE));
    }

    async fn one_who_dismisses_it_never_sees_it_again_and_others_still_do(app) {
        app.admin("ada").await;
        app.admin("grace").await;
        let (ada, grace) = (app.signed_in("ada").await, app.signed_in("grace").await);
        assert_leads_to(&ada.post("/fn/dismiss_set_up_list", &[]).await, "/dashboard", "dismissed");
        assert!(!dashboard(&ada).await.contains(TITLE));
        assert!(dashboard(&grace).await.contains(TITLE));
        let later = app.restart(&[]).await;
        assert!(!dashboard(&later.signed_in("ada").await).await.contains(TITLE));
    }
}
