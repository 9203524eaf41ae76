//! The overview of the administration.

use crate::{
    app::{Browser, PASSWORD, TestApp},
    on_both_databases,
};
use claviger::model::Permission;

const A_MINUTE: u64 = 61;

/// Returns the number next to this label.
async fn figure(browser: &Browser, label: &str) -> String {
    let page = browser.get("/admin").await.text;
    let (_, after) = page.split_once(&format!("{label}</a></dt><dd class=\"number\">")).expect(label);
    after.split('<').next().unwrap().to_owned()
}

async fn lock(app: &TestApp, name: &str) {
    for _ in 0..6 {
        app.log_in(&format!("{name}@example.com"), "incorrect horse").await;
    }
}

on_both_databases! {
    async fn the_overview_counts_users_sessions_and_what_went_wrong(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let admin = app.signed_in("eve").await;
        for (label, count) in [
            // The first user of every test is not verified, and has never signed in.
            ("Users", "3"),
            ("Verified users", "2"),
            ("Signed in, last 24 hours", "1"),
            ("Signed in, last 30 days", "1"),
            ("Active sessions", "1"),
            ("Locked accounts", "0"),
            ("Failed emails", "0"),
        ] {
            assert_eq!(figure(&admin, label).await, count, "{label}");
        }
        app.signed_in("ada").await;
        lock(&app, "ada").await;
        app.run_sql("UPDATE outbox SET state = 'failed'").await;
        assert_eq!(figure(&admin, "Active sessions").await, "1", "counted less than a minute ago");
        app.pass(A_MINUTE);
        assert_eq!(figure(&admin, "Active sessions").await, "2");
        assert_eq!(figure(&admin, "Locked accounts").await, "1");
        let page = admin.get("/admin").await.text;
        assert!(page.contains("href=\"/admin/users?locked=true\">1 account is locked after failed sign-ins."), "locks");
        assert!(page.contains("could not be sent."), "emails");
        app.pass(25 * 3600);
        let admin = app.signed_in("eve").await;
        assert_eq!(figure(&admin, "Signed in, last 24 hours").await, "1", "Ada signed in yesterday");
        assert_eq!(figure(&admin, "Signed in, last 30 days").await, "2");
    }

    async fn the_charts_count_sign_ins_and_failures_of_known_and_unknown_names(app) {
        app.admin("eve").await;
        app.user("ada").await;
        app.log_in("ada@example.com", "incorrect horse").await;
        app.log_in("nobody@example.com", "incorrect horse").await;
        app.pass(3600);
        for _ in 0..2 {
            app.log_in("ada@example.com", PASSWORD).await;
        }
        let page = app.signed_in("eve").await.get("/admin").await.text;
        for label in ["Sign-ins: 3 in total, at most 3 at a time", "Failed sign-ins: 2 in total, at most 2 at a time"] {
            assert_eq!(page.matches(label).count(), 2, "by hour and by day: {label}");
        }
        assert!(page.contains("d=\"M23 20V8h.7V20z\"") && page.contains("d=\"M22 20V12h.7V20z\""), "bars on one scale");
        assert_eq!(page.matches("<tr>").count(), 24 + 30 + 2, "the same numbers as tables");
        assert!(!page.contains("style="), "the policy forbids it");
    }

    async fn who_may_read_users_sees_the_overview_and_links_to_what_they_may_see(app) {
        app.user("ada").await;
        app.user_with_permissions("bob", &[Permission::UsersRead]).await;
        let bob = app.signed_in("bob").await;
        let page = bob.get("/admin").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("href=\"/admin/users?verified=true\""));
        assert!(!page.text.contains("href=\"/admin/monitor") && !page.text.contains("href=\"/admin/mail"));
        assert_eq!(app.signed_in("ada").await.get("/admin").await.status, 403);
        assert_eq!(app.browser().get("/admin").await.header("location"), "/login?next=%2Fadmin");
    }

    async fn the_overview_is_the_first_page_of_the_administration(app) {
        let ada = app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        let page = browser.get(&format!("/admin/users/{}", ada.id)).await.text;
        let paths = ["/admin", "/admin/users", "/admin/invitations", "/admin/monitor", "/admin/mail"];
        let places = paths.map(|path| page.find(&format!("<li><a href=\"{path}\"")).expect(path));
        assert!(places.is_sorted(), "{places:?}");
        assert!(page.contains("href=\"/admin/users\" aria-current=\"true\"") && !page.contains("href=\"/admin\" aria-current"));
    }
}
