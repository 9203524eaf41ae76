//! What administrators choose on the pages about users: columns, a verified address, a reset by mail.

use super::{assert_leads_to, users::view_page};
use crate::{app::PASSWORD, on_both_databases};

const LIST: &str = "/admin/users";

on_both_databases! {
    async fn a_reset_is_mailed_once_a_minute(app) {
        app.admin("eve").await;
        let joan = app.user_with("joan", &["user"], false).await;
        let eve = app.signed_in("eve").await;
        let (id, one) = (joan.id.to_string(), format!("{LIST}/{}", joan.id));
        assert!(view_page(&eve, &one).await.contains("The email address isn’t verified. With a password reset email"));
        assert_leads_to(&eve.post("/fn/send_reset", &[("id", &id)]).await, &one, "sent");
        let page = view_page(&eve, &one).await;
        assert!(page.contains("Password reset email sent to joan@example.com.") && page.contains("Password reset requested"), "{page}");
        eve.post("/fn/send_reset", &[("id", &id)]).await;
        assert!(view_page(&eve, &one).await.contains("A password reset email was sent less than a minute ago."));
        assert_eq!(app.templates_to("joan@example.com").await, ["reset_password"]);
    }

    async fn each_administrator_chooses_the_columns_of_the_list(app) {
        app.admin("eve").await;
        app.admin("root").await;
        app.user("ada").await;
        let (eve, root, ada) = (app.signed_in("eve").await, app.signed_in("root").await, app.signed_in("ada").await);
        let fields = [("query", "search=example&sort=email"), ("columns[]", "roles"), ("columns[]", "nonsense")];
        assert_leads_to(&eve.post("/fn/choose_columns", &fields).await, "/admin/users?search=example&sort=email", "saved");
        let page = view_page(&eve, LIST).await;
        assert!(page.contains("<th scope=\"col\" hidden>Username</th>") && page.contains("<th scope=\"col\">Roles</th>"), "{page}");
        assert!(page.contains(r#"value="roles" checked"#) && !page.contains(r#"value="username" checked"#), "{page}");
        assert!(view_page(&app.signed_in("eve").await, LIST).await.contains(" hidden>Username</th>"), "in another browser");
        assert!(!view_page(&root, LIST).await.contains(" hidden>"), "each their own");
        assert_eq!(ada.call("/fn/choose_columns", &[]).await.status, 403);
    }

    async fn one_is_not_offered_to_suspend_or_delete_oneself(app) {
        let eve_user = app.admin("eve").await;
        app.admin("root").await;
        let (eve, root, one) = (app.signed_in("eve").await, app.signed_in("root").await, format!("{LIST}/{}", eve_user.id));
        let page = view_page(&eve, &one).await;
        assert!(page.contains("This is you.") && !page.contains("?ask="), "{page}");
        let asked = format!("{one}?ask=suspend");
        let sent = eve.post("/fn/suspend_user", &[("id", &eve_user.id.to_string())]).await;
        assert_leads_to(&sent, &asked, "a form that was not offered");
        assert!(view_page(&eve, &asked).await.contains("You can’t suspend yourself."));
        assert_eq!(eve.get(LIST).await.status, 200, "still signed in");
        let page = view_page(&root, &one).await;
        assert!(page.contains("?ask=suspend") && page.contains("?ask=delete"), "{page}");
    }

    async fn a_user_can_be_created_verified(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("verified", "yes"), ("roles[]", "user")];
        assert_eq!(eve.post("/fn/create_user", &fields).await.status, 303);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
        eve.post("/fn/create_user", &fields).await;
        assert!(view_page(&eve, "/admin/users/new").await.contains(r#"value="yes" checked"#), "kept after a refusal");
    }

    async fn a_wrong_filter_is_named_and_nobody_is_listed(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        for (query, name) in [
            ("status=suspended", "status"),
            ("search=eve&verified=yes", "verified"),
            ("createdFrom=2026-02-31", "createdFrom"),
            ("role=admin&role=user", "role"),
            ("%22%3E%3Cb%3E=1", "\"&gt;&lt;b&gt;"),
        ] {
            let page = view_page(&eve, &format!("{LIST}?{query}")).await;
            assert!(page.contains(&format!("a filter that doesn’t work here: “{name}”")), "{query}: {page}");
            assert!(!page.contains("<tbody>") && !page.contains("Continue with all"), "{query}");
        }
        for path in ["/admin/monitor?state=gone", "/admin/monitor?x=1", "/admin/audit?outcome=denied"] {
            let page = view_page(&eve, path).await;
            assert!(page.contains("a filter that doesn’t work here: “") && !page.contains("<tbody"), "{path}: {page}");
        }
    }

    async fn the_title_names_the_user_or_role_for_those_who_may_see_it(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let (eve, one) = (app.signed_in("eve").await, format!("{LIST}/{}", ada.id));
        assert!(view_page(&eve, &one).await.contains("<title>ada · "));
        assert!(view_page(&eve, "/admin/roles?ask=edit&role=auditor").await.contains("<title>Auditor · "));
        let other = app.signed_in("ada").await.get(&one).await;
        assert!(other.status == 403 && !other.text.contains("<title>ada · "), "{}", other.text);
    }

}
