//! The page of a user's API keys, in a browser without scripts.

use super::{assert_leads_to, users::view_page};
use crate::{app::Browser, on_both_databases};

const PAGE: &str = "/account/api-keys";

async fn create(browser: &Browser, fields: &[(&str, &str)]) -> String {
    assert_leads_to(&browser.post("/fn/create_api_key", fields).await, PAGE, "created or refused");
    view_page(browser, PAGE).await
}

/// Returns the key that a page shows.
fn shown_key(page: &str) -> Option<&str> {
    let start = page.find("clv_")?;
    let rest = &page[start..];
    Some(&rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())])
}

on_both_databases! {
    async fn a_new_key_is_shown_once_and_works(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        assert!(view_page(&eve, PAGE).await.contains("You have no API keys."));
        let page = create(&eve, &[("name", "Nightly <b>"), ("days", "30"), ("scopes[]", "users:read"), ("networks", "127.0.0.0/8, 2001:db8::/48")]).await;
        let key = shown_key(&page).expect("a key").to_owned();
        assert!(page.contains(r#"Expires <time datetime="2027-02-14T08:00:00Z" data-due="">"#), "a date: {page}");
        assert!(page.contains("Nightly &lt;b&gt;") && page.contains("Only from 127.0.0.0/8, 2001:db8::/48"), "{page}");
        assert_eq!(app.get("/api/v1/users").bearer(&key).send().await.status, 200);
        let again = view_page(&eve, PAGE).await;
        assert!(again.contains("Nightly") && shown_key(&again).is_none(), "{again}");
    }

    async fn a_wrong_form_says_so_at_its_field_and_keeps_what_was_entered(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let page = create(&eve, &[("name", ""), ("days", "7"), ("scopes[]", "audit:read"), ("networks", "127.0.0.0/8")]).await;
        assert!(page.contains("Enter a name of at most 60 characters, on one line."), "{page}");
        assert!(page.contains(r#"value="127.0.0.0/8""#) && page.contains(r#"<option value="7" selected>"#), "{page}");
        let page = create(&eve, &[("name", "ci"), ("networks", "example.com")]).await;
        assert!(page.contains("Use at most 20 addresses or ranges such as"), "{page}");
        let page = create(&eve, &[("name", "ci"), ("scopes[]", "users:fly")]).await;
        assert!(page.contains("Choose only permissions that you have."), "{page}");
        assert_eq!(app.count("SELECT count(*) FROM api_keys").await, 0);
    }

    async fn the_form_asks_for_the_password_first_if_the_sign_in_is_old(app) {
        app.user("ada").await;
        let ada = app.signed_in("ada").await;
        app.pass(601);
        let page = view_page(&ada, PAGE).await;
        assert!(page.contains("/confirm?next=%2Faccount%2Fapi-keys") && !page.contains("/fn/create_api_key"), "{page}");
        let late = ada.post("/fn/create_api_key", &[("name", "ci")]).await;
        assert_leads_to(&late, "/confirm?next=%2Faccount%2Fapi-keys", "an old sign-in");
    }

    async fn a_key_is_revoked_and_a_second_click_says_that_it_was(app) {
        let owner = app.user("ada").await.id;
        let ada = app.signed_in("ada").await;
        create(&ada, &[("name", "ci")]).await;
        let id = app.services.api_keys.list(owner).await.unwrap()[0].id.to_string();
        for notice in ["API key revoked.", "That API key was no longer active."] {
            assert_leads_to(&ada.post("/fn/revoke_api_key", &[("id", &id)]).await, PAGE, "revoked");
            assert!(view_page(&ada, PAGE).await.contains(notice));
        }
    }

    async fn administrators_see_the_keys_of_a_user_if_they_may_see_sessions(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        create(&app.signed_in("ada").await, &[("name", "Deploy")]).await;
        let one = format!("/admin/users/{}", ada.id);
        let page = view_page(&app.signed_in("eve").await, &one).await;
        assert!(page.contains("Deploy") && page.contains("Never used"), "{page}");
        app.user_with_permissions("kim", &[claviger::model::Permission::UsersRead]).await;
        assert!(!view_page(&app.signed_in("kim").await, &one).await.contains("Deploy"));
    }
}
