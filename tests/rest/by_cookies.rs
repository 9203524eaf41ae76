//! Using a token from cookies: refreshed on the way, and overridden by any header.

use super::using_a_token::{assert_invalid, with_header};
use crate::{app::claims_of, on_both_databases};
use claviger::server::domain::UserChange;
use serde_json::json;

on_both_databases! {
    async fn a_missing_or_expired_access_cookie_is_refreshed_on_the_way(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let first = browser.cookie("claviger-access").unwrap();
        browser.drop_cookie("claviger-access");
        let answer = browser.rest("GET", "/api/user/profile").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
        let second = browser.cookie("claviger-access").unwrap();
        assert_ne!(first, second);
        assert_eq!(claims_of(&first)["sid"], claims_of(&second)["sid"]);
        assert!(browser.rest("GET", "/api/user/profile").await.set_cookies().is_empty(), "a good one is left alone");
        app.pass(15 * 60);
        let answer = browser.rest("GET", "/api/v1/users/me").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
    }

    async fn a_stale_access_cookie_is_refreshed_with_the_new_roles(app) {
        let ada = app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.change(ada.id, UserChange::Roles(vec!["admin".into(), "user".into()])).await;
        let answer = browser.rest("GET", "/api/user/profile").await;
        assert_eq!((answer.status, answer.set_cookies().len()), (200, 2));
        assert_eq!(claims_of(&browser.cookie("claviger-access").unwrap())["roles"], json!(["admin", "user"]));
    }

    async fn a_malformed_access_cookie_is_invalid_and_does_not_end_the_session(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let good = browser.cookie("claviger-access").unwrap();
        for bad in ["x".to_owned(), format!("{good}x"), with_header(&good, &json!({ "alg": "none" }))] {
            browser.set_cookie("claviger-access", &bad);
            assert_invalid(&browser.rest("GET", "/api/user/profile").await, &bad);
        }
        browser.set_cookie("claviger-access", &good);
        assert_eq!(browser.rest("GET", "/api/user/profile").await.status, 200);
    }

    async fn a_refused_refresh_cookie_is_cleared_and_the_error_says_why(app) {
        app.user("ada").await;
        let answer = app.get("/api/user/profile").cookies("claviger-refresh=x").send().await;
        assert_eq!((answer.status, answer.error().as_str(), answer.clears_cookies()), (401, "Invalid token", true));
        let browser = app.signed_in("ada").await;
        let copy = browser.copy();
        browser.sign_out().await;
        let answer = copy.rest("GET", "/api/user/profile").await;
        assert_eq!((answer.status, answer.error().as_str(), answer.clears_cookies()), (401, "Token revoked", true));
    }

    async fn a_header_overrides_cookies_and_none_is_set(app) {
        app.user("ada").await;
        app.user("bob").await;
        let (bobs, _) = app.tokens("bob").await;
        let browser = app.signed_in("ada").await;
        app.pass(15 * 60);
        let as_both = || app.get("/api/user/profile").cookies(&browser.header());
        let answer = as_both().bearer(&bobs).send().await;
        assert_eq!(answer.json()["username"], "bob");
        assert!(answer.set_cookies().is_empty());
        assert_invalid(&as_both().bearer("x").send().await, "a bad header next to good cookies");
        assert_eq!(as_both().header("x-api-key", "clv_x").send().await.error(), "Invalid API key", "next to good cookies");
        assert_invalid(
            &as_both().header("authorization", "Basic x").send().await,
            "a strange scheme next to good cookies",
        );
        assert_eq!(app.count("SELECT max(generation) FROM sessions").await, 0, "nothing was refreshed");
    }
}
