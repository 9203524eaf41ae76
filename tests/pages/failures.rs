//! A page that can't show its content says so, with the matching status.

use crate::{app::TestApp, on_both_databases};

async fn hide_tables(app: &TestApp) {
    app.run_sql("ALTER TABLE users RENAME TO users_gone").await;
    app.run_sql("ALTER TABLE sessions RENAME TO sessions_gone").await;
    app.run_sql("ALTER TABLE outbox RENAME TO outbox_gone").await;
    app.run_sql("ALTER TABLE one_time_secrets RENAME TO one_time_secrets_gone").await;
}

async fn restore_tables(app: &TestApp) {
    app.run_sql("ALTER TABLE users_gone RENAME TO users").await;
    app.run_sql("ALTER TABLE sessions_gone RENAME TO sessions").await;
    app.run_sql("ALTER TABLE outbox_gone RENAME TO outbox").await;
    app.run_sql("ALTER TABLE one_time_secrets_gone RENAME TO one_time_secrets").await;
}

on_both_databases! {
    async fn a_page_that_shows_an_error_has_its_status(app) {
        app.admin("eve").await;
        let (browser, stranger) = (app.signed_in("eve").await, app.browser());
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        let signed_in = [
            "/dashboard",
            "/account",
            "/account/sessions",
            "/confirm",
            "/admin/mail",
            &format!("/admin/mail?id={id}"),
            "/admin/invitations",
            "/admin/monitor",
            &format!("/admin/monitor?session={id}"),
            "/admin/monitor?end=all",
            "/admin/users",
            &format!("/admin/users/{id}"),
        ];
        let anyone = [
            "/verify-email?token=x",
            "/reset-password?token=x",
            "/unlock?token=x",
            "/stop-email-change?token=x",
            "/register?invitation=x",
        ];
        hide_tables(&app).await;
        for path in signed_in {
            let page = browser.get(path).await;
            assert_eq!(page.status, 500, "{path}: {}", page.text);
            assert!(page.text.contains("Something went wrong on our side"), "{path}: {}", page.text);
        }
        for path in anyone {
            let page = stranger.get(path).await;
            assert_eq!(page.status, 500, "{path}: {}", page.text);
            assert!(page.text.contains("Something went wrong on our side"), "{path}: {}", page.text);
        }
        restore_tables(&app).await;
        for path in [&format!("/admin/mail?id={id}"), &format!("/admin/monitor?session={id}"), &format!("/admin/users/{id}")] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.text.contains("Page not found"), "{path}");
        }
        for path in signed_in.iter().filter(|path| !path.contains(id)) {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
        }
    }
}
