//! The search for users in the header.

use crate::on_both_databases;
use claviger::model::Permission;

const FIELD: &str = "<input id=\"find\" name=\"search\" type=\"search\"";

on_both_databases! {
    async fn the_header_of_administrative_pages_finds_users_without_scripts(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let admin = app.signed_in("eve").await;
        for path in ["/admin", "/admin/monitor", "/admin/mail", "/admin/invitations", "/admin/users/new"] {
            let page = admin.get(path).await.text;
            assert!(page.contains(FIELD) && page.contains("<form method=\"get\" action=\"/admin/users\""), "{path}");
        }
        for path in ["/dashboard", "/account", "/admin/users"] {
            assert!(!admin.get(path).await.text.contains(FIELD), "{path}");
        }
        let found = admin.get("/admin/users?search=ADA").await.text;
        assert!(found.contains("ada@example.com") && !found.contains("<bdi>eve@example.com"));
    }

    async fn the_header_searches_only_for_those_who_may_read_users(app) {
        app.user_with_permissions("bob", &[Permission::SessionsRead]).await;
        assert!(!app.signed_in("bob").await.get("/admin/monitor").await.text.contains(FIELD));
    }
}
