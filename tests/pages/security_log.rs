//! The page of the user's own security log.

use crate::{app::TestApp, on_both_databases};
use claviger::model::{Permission, USER};

const PAGE: &str = "/account/security";

/// Returns the target of the link to the next or previous page.
fn link(page: &str, side: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("href=\"{PAGE}?{side}="))?;
    Some(format!("{PAGE}?{side}={}", rest.split_once('"')?.0))
}

fn rows(page: &str) -> Vec<String> {
    page.split("<li class=\"row").skip(1).map(|row| row.split("</li>").next().unwrap().to_owned()).collect()
}

/// Bans and unbans a user, as an administrator with a program of its own.
async fn ban_and_unban(app: &TestApp, name: &str) {
    app.admin("eve").await;
    let (token, _) = app.tokens("eve").await;
    let user = app.user(name).await;
    for act in ["ban", "unban"] {
        let path = format!("/api/v1/users/{}/{act}", user.id);
        let request = app.post(&path).bearer(&token).header("user-agent", "eves-program/1");
        assert_eq!(request.send().await.status, 200, "{act}");
    }
}

on_both_databases! {
    async fn the_log_tells_its_owner_what_happened_and_where_but_nothing_about_administrators(app) {
        ban_and_unban(&app, "ada").await;
        app.pass(1);
        app.log_in("ada@example.com", "incorrect horse").await;
        app.pass(1);
        let elsewhere = app.signed_in("ada").await;
        app.pass(1);
        let browser = app.signed_in("ada").await;
        let page = browser.get(PAGE).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let rows = rows(&page.text);
        let shown = ["Signed in", "Signed in", "Failed sign-in"];
        for (row, what) in rows.iter().zip(shown) {
            assert!(row.contains(what) && row.contains("127.0.0.1"), "{what}: {row}");
        }
        let banned = rows.iter().find(|row| row.contains("Account suspended")).unwrap();
        assert!(banned.contains("Administrator") && banned.contains("Review:") && !banned.contains("127.0.0.1"), "{banned}");
        for private in ["eves-program", "eve@", "Users exported"] {
            assert!(!page.text.contains(private), "{private}");
        }
        assert!(rows[0].contains("Current session") && !rows[1].contains("Current session"), "{}", rows[0]);
        let marked = self::rows(&elsewhere.get(PAGE).await.text).into_iter().map(|row| row.contains("Current session"));
        assert_eq!(marked.take(2).collect::<Vec<_>>(), [false, true]);
        assert!(browser.get("/dashboard").await.text.contains("href=\"/account/security\">See all activity"));
    }

    async fn acts_without_another_user_are_in_the_log_of_whoever_acted(app) {
        let ada = app.user_with_permissions("ada", &[Permission::AuditRead, Permission::UsersRead, Permission::UsersWrite]).await;
        let bob = app.user_with("bob", &[USER], false).await;
        let browser = app.signed_in("ada").await;
        assert_eq!(browser.get("/admin/audit").await.status, 200);
        let (token, _) = app.tokens("ada").await;
        assert_eq!(app.get("/api/v1/users/export?format=csv").bearer(&token).send().await.status, 200);
        let act = format!("/api/v1/users/{}/verify", bob.id);
        assert_eq!(app.post(&act).bearer(&token).send().await.status, 200);
        let page = browser.get(PAGE).await.text;
        assert!(page.contains("Audit log viewed") && page.contains("Users exported"), "{page}");
        assert!(!page.contains("Email verified"), "what is about others is theirs");
        let others = app.signed_in("bob").await.get(PAGE).await.text;
        assert!(others.contains("Email verified") && !others.contains("Audit log viewed"), "{others}");
        assert!(app.db.latest_audit_of(ada.id, 9).await.unwrap().iter().any(|event| event.action == "audit.read"));
    }

    async fn a_long_log_is_read_page_by_page_in_both_directions(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..101 {
            app.pass(1);
            assert_eq!(browser.post("/fn/confirm", &[("password", crate::app::PASSWORD), ("next", "")]).await.status, 303);
        }
        let first = browser.get(PAGE).await.text;
        assert_eq!((rows(&first).len(), link(&first, "before")), (50, None));
        let second = browser.get(&link(&first, "after").unwrap()).await.text;
        let third = browser.get(&link(&second, "after").unwrap()).await.text;
        // 101 confirmations, a sign-in and the creation.
        assert_eq!((rows(&second).len(), rows(&third).len(), link(&third, "after")), (50, 3, None));
        assert!(third.contains("Account created"));
        let back = browser.get(&link(&third, "before").unwrap()).await.text;
        assert_eq!(rows(&back), rows(&second));
        for odd in ["?after=x", "?before=%00", "?after="] {
            assert_eq!(rows(&browser.get(&format!("{PAGE}{odd}")).await.text).len(), 50, "{odd}");
        }
    }
}
